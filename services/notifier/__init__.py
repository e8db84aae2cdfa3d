"""Messages to people, by their channels, and the daily test of whether they can be reached."""
