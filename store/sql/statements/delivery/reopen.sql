-- Takes a record out of those rejected, so that it can be sorted anew; answers when its epoch was last heard of.
update platspuls.delivery
set rejected = rejected - int8multirange(int8range(%(seq)s, %(seq)s, '[]'))
where device_id = %(device)s and epoch = %(epoch)s
returning delivery_id, last_heard_at
