-- Before this time raw facts were dropped, or may have been.
select extract(epoch from before)::bigint from platspuls.forgotten
