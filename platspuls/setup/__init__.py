"""`platspuls counter setup`: a page on the device itself, on which its lines and zones are drawn."""
