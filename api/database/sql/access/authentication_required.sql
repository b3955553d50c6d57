select is_required from reading.authentication
