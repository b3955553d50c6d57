delete from record
where seq in (select seq from record where settled_ms <= ? order by settled_ms limit ?)
