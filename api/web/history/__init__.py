"""What was counted at a site on any day, week or month, beside the time before."""
