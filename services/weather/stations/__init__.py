"""Where observations come in, and how they get into the log."""
