"""Activities that are planned many at a time: a week that comes again, the week before, a calendar's file."""
