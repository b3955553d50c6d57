-- needs: reading.numbers_in, reading.reconciliation, reading.record_time, reading.site, reading.start_of_day
-- What became of the records of one local day of a site, by device and epoch. Only where raw facts are still kept.
--
-- A record that is missing has no known time, but numbers rise with time within an epoch. So first_number and last_number
-- are the lowest and highest whose facts start in the day, and what lies between is of the day:
-- made = stored + rejected + lost + missing. missing_before and missing_after: how many numbers just below first_number
-- and just above last_number aren't stored, of this day or of one beside it: nobody knows.
create function reading.reconciliation_day(p_site text, p_day date)
returns table (
  site text, device text, epoch text, day date, first_number bigint, last_number bigint, made bigint, stored bigint,
  rejected bigint, lost bigint, missing bigint, missing_before bigint, missing_after bigint
)
language sql stable
begin atomic
  with dated as (
    select record_time.device, record_time.epoch, min(seq) as first, max(seq) as last
    from reading.record_time
    where record_time.site = p_site
      -- Each end is one value, so that it finds the facts by their index.
      and start >= (select reading.start_of_day(time_zone, p_day::timestamp) from reading.site where site.site = p_site)
      and start < (
        select reading.start_of_day(time_zone, p_day + interval '1 day') from reading.site where site.site = p_site
      )
    group by record_time.device, record_time.epoch
  ),
  placed as (
    select
      known.*,
      dated.first,
      dated.last,
      int8multirange(int8range(dated.first, dated.last + 1)) as whole
    from dated
    join reading.reconciliation as known on known.site = p_site and (known.device, known.epoch) = (dated.device, dated.epoch)
  )
  select
    placed.site,
    placed.device,
    placed.epoch,
    p_day,
    placed.first,
    placed.last,
    placed.last - placed.first + 1,
    reading.numbers_in(placed.stored_numbers * placed.whole),
    reading.numbers_in(placed.rejected_numbers * placed.whole),
    reading.numbers_in(placed.lost_numbers * placed.whole),
    reading.numbers_in(placed.missing * placed.whole),
    placed.first - coalesce(
      (select max(upper(part)) from unnest(placed.stored_numbers) as part where upper(part) <= placed.first), 1
    ),
    coalesce(
      (select min(lower(part)) from unnest(placed.stored_numbers) as part where lower(part) > placed.last), placed.made + 1
    ) - 1 - placed.last
  from placed;
end;
