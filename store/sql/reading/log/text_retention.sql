-- For how many months texts in own words are kept, and when housekeeping took away older ones last. No row: it never did.
create view reading.text_retention as select months, at from platspuls.text_retention;
