"""The program on the device: positions in, anonymous counts out."""
