-- For how many months texts in own words are kept; nothing where none was ever taken away.
select months, at from reading.text_retention
