-- needs: reading.numbers_in
-- What became of everything that each device made, by epoch: made = stored + rejected + lost + unsettled + unknown + moved.
-- docs/delivery.md says what each of these means.
--
-- made: the highest number heard of, in records or in the device's own status. state is current; dead, when a newer
-- epoch of the device names it as the one before; forked, when other records have come under its numbers; or unheard, when nothing else than that is known of it (counts are
-- null). unsettled: what a current epoch still owes; unknown: what nobody will ever know of a dead one; moved: what a dead
-- epoch that had forked owed, which its device sends under the one after it. forked_at: since when a number of the epoch
-- has come with other contents than are kept of it, from when on nothing of it is settled; disputed: how many numbers
-- came so. reported_made, reported_waiting, reported_at: what the device's status said last of the epoch.
-- unsettled_since: at the latest since then something has been missing; null where nothing is, or where none of the
-- epoch's records ever came. missing: the numbers that are unsettled or unknown. held: causes for which records of the
-- device wait.
create view reading.reconciliation as
with heard as (
  select
    device_id,
    delivery.epoch,
    previous_epoch,
    first_heard_at,
    last_heard_at,
    unsettled_since,
    greatest(delivery.made, status.made) as made,
    stored,
    rejected,
    lost,
    forked_at,
    fork_seq,
    disputed,
    status.made as reported_made,
    status.outbox_records as reported_waiting,
    status.received_at as reported_at
  from platspuls.delivery
  left join platspuls.device_status as status using (device_id, epoch)
  union all
  -- Its status has come, but none of its records.
  select
    device_id, epoch, null, null, null, null, coalesce(made, 0), '{}', '{}', '{}', null, null, '{}', made, outbox_records,
    received_at
  from platspuls.device_status as status
  where epoch is not null
    and not exists (
      select from platspuls.delivery where (delivery.device_id, delivery.epoch) = (status.device_id, status.epoch)
    )
),
named as (
  select
    heard.*,
    exists (
      select from platspuls.delivery as later
      where later.device_id = heard.device_id and later.previous_epoch = heard.epoch
    ) as is_dead,
    int8multirange(int8range(1, made + 1)) - stored - rejected - lost as missing
  from heard
),
account as (
  select
    device_id,
    epoch,
    previous_epoch,
    case when is_dead then 'dead' when forked_at is not null then 'forked' else 'current' end as state,
    first_heard_at,
    last_heard_at,
    made,
    reading.numbers_in(stored) as stored,
    reading.numbers_in(rejected) as rejected,
    reading.numbers_in(lost) as lost,
    case when is_dead then 0 else reading.numbers_in(missing) end as unsettled,
    case when is_dead and forked_at is null then reading.numbers_in(missing) else 0 end as unknown,
    case when is_dead and forked_at is not null then reading.numbers_in(missing) else 0 end as moved,
    case when not is_dead and not isempty(missing) then coalesce(unsettled_since, last_heard_at) end as unsettled_since,
    stored as stored_numbers,
    rejected as rejected_numbers,
    lost as lost_numbers,
    missing,
    forked_at,
    fork_seq,
    reading.numbers_in(disputed) as disputed,
    reported_made,
    reported_waiting,
    reported_at
  from named
  union all
  select
    device_id, epoch, null, 'unheard', null, null, null, null, null, null, null, null, null, null, null, null, null, null,
    null, null, null, null, null, null
  from (select distinct device_id, previous_epoch as epoch from platspuls.delivery) as before
  where epoch is not null
    and not exists (select from heard where (heard.device_id, heard.epoch) = (before.device_id, before.epoch))
)
select
  site.key as site,
  device.key as device,
  epoch,
  previous_epoch,
  state,
  first_heard_at,
  last_heard_at,
  made,
  stored,
  rejected,
  lost,
  unsettled,
  unknown,
  moved,
  unsettled_since,
  array(
    select distinct cause from platspuls.held
    where held.site_key = site.key and held.device_key = device.key
      and (unsettled > 0 or state = 'forked')
    order by cause
  ) as held,
  stored_numbers,
  rejected_numbers,
  lost_numbers,
  missing,
  forked_at,
  fork_seq,
  disputed,
  reported_made,
  reported_waiting,
  reported_at
from account
join platspuls.device using (device_id)
join platspuls.site using (site_id);
