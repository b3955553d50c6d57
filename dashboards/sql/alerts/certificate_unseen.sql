-- Alert: seconds since certificates were last looked up by `platspuls tls note`; no row where it never ran.
select max(noted_s)::double precision as unseen_s
from reading.certificate
having count(*) > 0
