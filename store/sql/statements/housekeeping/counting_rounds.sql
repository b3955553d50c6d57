-- Keeps with counting rounds what the raw facts that are forgotten next say of them.
select writing.counting_rounds_keep(
  array(
    select session_id from platspuls.calibration_session where compared is null and lower(during) < %(before)s
  ),
  false
)
