select
  device, epoch, seq, line, zone, forward, backward, gross_forward, gross_backward, entries, appeared, exits, lost,
  presence_s, observed_s, reading.flag_names(flags) as flags, received_at
from reading.unplaced
where site = %(site)s
order by received_at desc, device, seq, line, zone
limit 1000
