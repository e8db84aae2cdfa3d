"""Scenarios: days made up from a seed, played through the same doors as everyone else uses."""
