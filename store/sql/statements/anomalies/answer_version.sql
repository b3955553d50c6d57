select version from reading.anomaly where site = %(site)s and anomaly_id = %(number)s
