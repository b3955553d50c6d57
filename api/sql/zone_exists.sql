select zone
from reading.zone
where site = %(site)s and zone = %(zone)s
