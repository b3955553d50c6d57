update checkpoint set uses = uses + 1
