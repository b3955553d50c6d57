select device.device, jsonb_build_object('sv', device.name_sv, 'en', device.name_en) as name, (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'kind', part.kind, 'key', coalesce(part.line, part.zone), 'from_utc', part.from_utc, 'to_utc', part.to_utc
        )
        order by part.kind, coalesce(part.line, part.zone), part.from_utc
      ),
      '[]'
    )
    from reading.device_assignment as part
    where part.site = device.site and part.device = device.device
  ) as assigned
from reading.device
where device.site = %(site)s
order by device.device
