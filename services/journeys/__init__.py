"""Journeys: planned, under way, arrived or overdue."""
