delete from platspuls.certificate where path <> all (%(paths)s)
