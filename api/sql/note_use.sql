select writing.note_use(%(prefix)s)
