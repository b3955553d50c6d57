update checkpoint set uses = 0
