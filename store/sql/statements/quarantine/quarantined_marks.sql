-- What is in quarantine, and what a person has rejected: it is settled when it comes again.
select mark, state = 'rejected', coalesce(decision, reason), payload_sha256 from platspuls.quarantined where state <> 'released'
