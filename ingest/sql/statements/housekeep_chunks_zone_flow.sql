select drop_chunks('platspuls.zone_flow', older_than => %(before)s::timestamptz)
