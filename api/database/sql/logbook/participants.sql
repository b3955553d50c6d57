select activity_kind, gender, age, activities, activities_counted, participants, participants_estimated,
  participants_most, figure
from reading.participation(%(site)s, %(by)s, %(from_utc)s, %(to_utc)s)
order by activity_kind collate "C", array_position(array['woman', 'man', 'other', 'unknown'], gender),
  array_position(array['0-6', '7-14', '15-24', '25-44', '45-64', '65+', 'unknown'], age)
