-- Where what people write comes from: when it was entered, which may be long before it arrived (a telephone in a tunnel, a
-- paper form), how, and how far the clock of the device was off. Of each version: earlier ones stand in the audit. Null: not
-- said. Exclusions, studies and phases have none of it: what matters of them is when they were declared.
alter table platspuls.activity add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;
alter table platspuls.observation add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;
alter table platspuls.staff_time add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;
alter table platspuls.survey add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;
alter table platspuls.incident add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;
alter table platspuls.note add column entered_at timestamptz, add column entered_via text, add column entered_skew_s numeric;

-- Of a counting round entered_at was always when it arrived; said_at is when it was entered.
alter table platspuls.calibration_session
  add column said_at timestamptz, add column entered_via text, add column entered_skew_s numeric;

-- What a request did (null: create, as all of them did before this), and which version it made: the same request again answers
-- with that one.
alter table platspuls.request add column action text, add column version integer;
