-- The version of what people wrote of a site, as files of it have it.
select coalesce(reading.written_version(%(site)s), '') as version
