"""The life of incidents."""
