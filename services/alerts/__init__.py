"""Alerts, and who answers for them."""
