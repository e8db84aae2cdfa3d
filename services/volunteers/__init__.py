"""The people: registration, shifts, roll calls."""
