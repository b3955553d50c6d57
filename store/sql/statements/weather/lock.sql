-- One import of a site after the other.
select from platspuls.site where key = %(site)s for update
