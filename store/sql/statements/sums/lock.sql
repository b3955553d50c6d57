-- Locks the devices of a site as ingest does: nobody stores anything of it meanwhile.
select device_id from platspuls.device where site_id = %(site_id)s order by device_id for no key update
