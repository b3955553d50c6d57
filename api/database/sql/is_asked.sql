select is_asked from reading.access
