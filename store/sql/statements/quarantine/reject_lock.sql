-- Locks a reject while it is tried again; answers what came of an earlier try.
select outcome from platspuls.reject where reject_id = %(reject)s for no key update
