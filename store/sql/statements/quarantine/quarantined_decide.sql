-- What a person decides of what waits. Returns nothing where it doesn't wait.
update platspuls.quarantined
set state = %(state)s, decided_at = now(), decided_by = %(who)s, decision = %(decision)s
where quarantined_id = %(number)s and state = 'waiting'
returning mark
