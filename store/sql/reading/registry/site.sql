-- version rises with every change to the site, its parts or its devices.
create view reading.site as
select key as site, name_sv, name_en, time_zone, version
from platspuls.site;
