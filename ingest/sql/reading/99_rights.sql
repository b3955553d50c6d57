-- Last, when all of the contract stands: whoever is a platspuls_reader reads it, and nothing else.
grant usage on schema reading to platspuls_reader;
grant select on all tables in schema reading to platspuls_reader;
grant execute on all functions in schema reading to platspuls_reader;

-- Functions of others are run by whoever asks, and this role may see no table or view: only the public grid answers it.
grant usage on schema reading to platspuls_public;
grant execute on function reading.public_month(), reading.public_dwell() to platspuls_public;
