-- The version of what people wrote of a site.
select version from reading.log_version where site = %(site)s
