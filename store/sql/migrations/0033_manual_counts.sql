-- Manual counts are of who stays (stationary), or of who moves over a line in some time (moving). Those with the same joint
-- code and overlapping time are parts of one count, made by several people. Counts of before are stationary.
alter table platspuls.observation
  alter column space_id drop not null,
  add column mode text not null default 'stationary' check (mode in ('stationary', 'moving')),
  add column line_id integer references platspuls.line,
  add column joint text check (char_length(joint) between 1 and 12),
  add constraint observation_place check (
    (mode = 'stationary') = (space_id is not null) and (mode = 'moving') = (line_id is not null)
    and (zone_id is null or mode = 'stationary') and (ends_at is not null or mode = 'stationary')
  );
create index observation_joint on platspuls.observation (site_id, joint) where joint is not null;
