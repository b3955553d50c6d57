-- Alert: days until each certificate ends, as `platspuls tls note` last saw it.
select path as certificate, days_left::double precision as days_left
from reading.certificate
order by 1
