-- With what it showed live, which is no fact.
with gone as (
  delete from platspuls.line
  where site_id = (select site_id from platspuls.site where key = %(site)s) and key = %(key)s
  returning line_id
)
delete from platspuls.live_line using gone where live_line.line_id = gone.line_id
