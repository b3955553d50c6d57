select number, sha256 from public.platspuls_migration
