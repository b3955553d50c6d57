-- When data of a device and day were last stored, so that what came since an export can be said. Null: before this, or the
-- version rose for something else (an exclusion, a calibration).
alter table platspuls.data_version add column arrived_at timestamptz;
