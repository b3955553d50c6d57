-- Last, when all of the contract stands: whoever is a platspuls_reader reads it, and nothing else. PostgreSQL lets everybody
-- run new functions, unless it is taken back.
revoke all on all functions in schema reading from public;
grant usage on schema reading to platspuls_reader;
grant select on all tables in schema reading to platspuls_reader;
grant execute on all functions in schema reading to platspuls_reader;

-- For everybody: the public grid, and no other function or view.
grant usage on schema reading to platspuls_public;
grant execute on function reading.public_month(), reading.public_dwell() to platspuls_public;
