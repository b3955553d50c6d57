select measure, dark, busy, factor, low, high, counting_rounds, hand, machine, spread
from reading.calibration_factor
where site = %(site)s and calibration_id = %(number)s
order by measure, dark nulls first, busy nulls first
