"""Quarter-hours and what is summed up of them, by hour and local day, and both counted again."""
