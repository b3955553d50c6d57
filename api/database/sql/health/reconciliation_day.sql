select
  device, epoch, day, first_number, last_number, made, stored, rejected, lost, missing, missing_before, missing_after
from reading.reconciliation_day(%(site)s, %(day)s)
order by device, first_number, epoch
