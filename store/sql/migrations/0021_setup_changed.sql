-- One more rule: a device's setup changed while a phase of a study ran.
alter table platspuls.anomaly
  drop constraint anomaly_rule_check,
  add constraint anomaly_rule_check check (
    rule in ('zero_run', 'spike', 'imbalance', 'stuck', 'clock', 'blocked', 'dark', 'moved', 'setup_changed')
  );
