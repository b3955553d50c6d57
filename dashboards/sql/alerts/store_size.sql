-- Alert: the share that the database takes of what the operator said it may (`platspuls db limit`); 0 where nobody said.
select coalesce(share, 0)::double precision as share
from reading.store_size
