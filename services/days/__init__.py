"""The daily check-in: who is expected, who is chased, what the day came to."""
