-- Last, when all of the contract stands: whoever is a platspuls_reader reads it, and nothing else.
grant usage on schema reading to platspuls_reader;
grant select on all tables in schema reading to platspuls_reader;
grant execute on all functions in schema reading to platspuls_reader;
