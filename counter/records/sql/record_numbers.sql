select seq from record order by seq
