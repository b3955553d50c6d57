-- What a device said of itself is judged by its own time beside its arrival. heard_at: the newest moment, by the server's
-- clock, at which it surely lived; the broker's last will and its copies don't move it beyond their own time, and
-- -infinity is: never for sure. skew_s: how
-- many seconds its clock was ahead of the arrival of what it said last (negative: behind, or the message was late).
alter table platspuls.device_status
  add column heard_at timestamptz,
  add column skew_s bigint,
  add column recorded_until timestamptz,
  add column minor smallint not null default 0;

update platspuls.device_status
set heard_at = case when online then least(received_at, at) when at <= received_at then at else '-infinity' end;

-- The minor version of the wire that a setup's records were written in, when it was first heard of.
alter table platspuls.setup add column minor smallint not null default 0;
