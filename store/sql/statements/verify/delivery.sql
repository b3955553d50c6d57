-- Records of a site whose facts and whose delivery don't agree, by device and epoch: facts of records that aren't stored,
-- and stored records without a fact (or conflict, or totals without a time) though the device is assigned to lines or
-- zones. Those whose facts are kept under an epoch before are not missed.
-- Numbers rise with time but for minutes, so a number is looked for from outer_from to outer_to, and missed only among
-- those between the lowest and highest from inner_from to inner_to.
with found as (
  select
    device,
    epoch,
    range_agg(int8range(seq, seq + 1)) as numbers,
    min(seq) filter (where start >= %(inner_from)s and start < %(inner_to)s) as first,
    max(seq) filter (where start >= %(inner_from)s and start < %(inner_to)s) as last
  from reading.record_time
  where site = %(site)s and start >= %(outer_from)s and start < %(outer_to)s
  group by device, epoch
),
compared as (
  select
    found.device,
    found.epoch,
    found.numbers - delivery.stored as unstored,
    case
      when found.first is not null and (
        exists (select from platspuls.device_line as assigned where assigned.device_id = device.device_id)
        or exists (select from platspuls.device_zone as assigned where assigned.device_id = device.device_id)
      )
      then delivery.stored * int8multirange(int8range(found.first, found.last + 1)) - found.numbers - delivery.repeated - coalesce(
        (select range_agg(int8range(seq, seq + 1)) from (
          select seq from platspuls.unplaced_line where unplaced_line.delivery_id = delivery.delivery_id
          union
          select seq from platspuls.unplaced_zone where unplaced_zone.delivery_id = delivery.delivery_id
        ) as unplaced),
        '{}'
      )
      else '{}'
    end as factless
  from found
  join platspuls.site on site.key = %(site)s
  join platspuls.device on device.site_id = site.site_id and device.key = found.device
  join platspuls.delivery on delivery.device_id = device.device_id and delivery.epoch = found.epoch
)
select device, epoch, unstored::text, factless::text
from compared
where not (isempty(unstored) and isempty(factless))
order by device, epoch
