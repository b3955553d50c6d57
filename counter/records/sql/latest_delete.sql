delete from latest
