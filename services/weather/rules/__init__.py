"""Rules that make Muster's own warnings out of measurements."""
