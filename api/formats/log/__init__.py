"""What people wrote as files: rows of one kind of log record or of several."""
