select writing.note_export(%(by)s, %(site)s, %(export)s, %(action)s, %(what)s)
