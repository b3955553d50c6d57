-- What is held now, and what was refused or reported twice during the range. What names a site that doesn't exist, or none,
-- is in it as well: nobody else would see it.
select
  (
    select count(*)
    from reading.held
    where held.site = '$site' or not exists (select from reading.site where site.site = held.site)
  ) as held,
  (select count(*) from reading.conflict where conflict.site = '$site' and $__timeFilter(conflict.start)) as conflicts,
  (
    select coalesce(sum(reject.times), 0)
    from reading.reject
    where $__timeFilter(reject.last_at)
      and not exists (select from reading.site where site.site = reject.site and site.site <> '$site')
  ) as rejects
