-- The runs of records that are kept, as closed ranges.
select min(seq), max(seq)
from (select seq, seq - row_number() over (order by seq) as island from record where seq between ? and ?)
group by island
order by 1
