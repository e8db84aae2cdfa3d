"""What Muster makes of the events: pure folds of the log into something to read."""
