"""All sites of somebody on one page: those that need a person first."""
