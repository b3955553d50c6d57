update boot set uses = uses + 1
