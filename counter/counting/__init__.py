"""From positions to counts: lines, zones, intervals. No input or output, no clock."""
