select records, bytes from meta
