-- When each certificate of the installation ends, as `platspuls tls note` last saw it; empty where that never ran. days_left
-- is negative for one that has ended; noted_s: how long ago it was seen.
create view reading.certificate as
select
  path,
  names,
  ends_at,
  floor(extract(epoch from ends_at - now()) / 86400)::integer as days_left,
  noted_at,
  floor(extract(epoch from now() - noted_at))::integer as noted_s
from platspuls.certificate;
