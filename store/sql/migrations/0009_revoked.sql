-- Since (or from) when a device may not speak with the broker any more, by `platspuls device revoke`; null while it may.
-- What the broker still keeps of it says "online" for ever.
alter table platspuls.device add column revoked_at timestamptz;
