-- Rejects that can be tried again, oldest first: those stored already, or that keep no payload, aren't among them.
select reject_id
from platspuls.reject
where payload is not null
  and outcome is distinct from 'stored'
  and outcome is distinct from 'repeat'
  and (%(held)s::boolean is false or outcome = 'held')
  and (%(site)s::text is null or site_key = %(site)s)
  and (%(device)s::text is null or device_key = %(device)s)
  and (%(code)s::text is null or code = %(code)s)
order by reject_id
