-- Sets when an epoch was last heard of: storing something again is no sign of life of the device.
update platspuls.delivery set last_heard_at = %(at)s where delivery_id = %(delivery)s
