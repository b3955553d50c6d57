select is_given from reading.invitation
