update platspuls.reject
set replayed_at = now(), replayed_by = %(who)s, outcome = %(outcome)s, outcome_reason = %(reason)s
where reject_id = %(reject)s
