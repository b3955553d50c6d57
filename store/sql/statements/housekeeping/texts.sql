-- Takes away texts in own words of before a time, and says how many log records and versions lost some.
select records, versions from writing.remove_texts(%(by)s, %(before)s, %(months)s)
