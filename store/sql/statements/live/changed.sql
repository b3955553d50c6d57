-- Who shows what is so now needn't look every moment: it hears of each commit that changed something. Nothing is in it; who
-- doesn't hear, behind a pooler or on a replica, looks as before.
select pg_notify('platspuls_live', '')
