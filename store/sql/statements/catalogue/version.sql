-- Changes with every change to any site.
select count(*), coalesce(sum(version), 0)::bigint from platspuls.site
