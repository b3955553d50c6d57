-- What an answer about quality in [from, to) was computed from: what data_version says, and what became of records,
-- which changes where no data do: refused ones, those reported twice, those declared lost; and the phases within which setups may have changed.
select
  (select version || '/' from reading.site where site = %(site)s)
  || case when %(to_utc)s::timestamptz > now() then 'open/' else '' end || (
    select coalesce(sum(version), 0)::text
    from reading.data_version
    where site = %(site)s
      and day >= (%(from_utc)s::timestamptz - interval '30 minutes')::date
      and day <= (%(to_utc)s::timestamptz + interval '30 minutes')::date
  ) || (
    select coalesce(string_agg(zone.zone || least(known.start, %(to_utc)s + interval '30 minutes'), ',' order by zone), '')
    from reading.zone
    cross join lateral (
      select quarter.start
      from reading.zone_dwell_observed as quarter
      where quarter.zone_id = zone.zone_id
      order by quarter.start desc
      limit 1
    ) as known
    where zone.site = %(site)s
  ) || (
    select count(*)::text from reading.reject
    where site = %(site)s and arrived_at >= %(from_utc)s and arrived_at < %(to_utc)s
  ) || '/' || (
    select count(*)::text from reading.conflict where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
  ) || '/' || (
    select coalesce(string_agg(concat_ws(',', device, epoch, made, stored, rejected, lost), ';' order by device, epoch), '')
    from reading.delivery
    where site = %(site)s
  ) || '/' || (
    select coalesce(string_agg(concat_ws(',', study, phase, starts_at, ends_at), ';' order by phase_id), '')
    from reading.phase
    where site = %(site)s
  ) as version
