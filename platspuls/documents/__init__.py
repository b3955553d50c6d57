"""Documents that are generated from the programs themselves."""
