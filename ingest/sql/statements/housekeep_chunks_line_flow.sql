select drop_chunks('platspuls.line_flow', older_than => %(before)s::timestamptz)
