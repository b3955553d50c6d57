-- What waits until somebody resolves its cause, the oldest first. What names a site that doesn't exist is in it as well.
select held.device, held.cause, held.detail, held.times, held.first_at, held.last_at
from reading.held
where held.site = '$site' or not exists (select from reading.site where site.site = held.site)
order by held.first_at, held.cause, held.device, held.detail
limit 200
