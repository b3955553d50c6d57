-- How large the database is, how large the operator said it may become, and the share of that.
select bytes, limit_bytes, share
from reading.store_size
