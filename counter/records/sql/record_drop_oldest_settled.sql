delete from record
where seq in (select seq from record where settled_ms is not null order by settled_ms limit ?)
