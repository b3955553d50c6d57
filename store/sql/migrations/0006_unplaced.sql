-- Totals that have no time: the device lost its power before it ever knew its clock. Shown, never counted into anything.
create table platspuls.unplaced_line (
  delivery_id integer not null references platspuls.delivery,
  seq bigint not null,
  line_id integer not null references platspuls.line,
  setup_id integer not null,
  forward integer not null,
  backward integer not null,
  gross_forward integer not null,
  gross_backward integer not null,
  observed_s integer not null,
  flags integer not null,
  received_at timestamptz not null default now(),
  primary key (delivery_id, seq, line_id)
);

create table platspuls.unplaced_zone (
  delivery_id integer not null references platspuls.delivery,
  seq bigint not null,
  zone_id integer not null references platspuls.zone,
  setup_id integer not null,
  entries integer not null,
  appeared integer not null,
  exits integer not null,
  lost integer not null,
  presence_s bigint not null,
  observed_s integer not null,
  flags integer not null,
  received_at timestamptz not null default now(),
  primary key (delivery_id, seq, zone_id)
);

-- A device whose clock isn't known tells no time in its status either.
alter table platspuls.device_status alter column at drop not null;
