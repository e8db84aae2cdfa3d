"""Playbooks and their runs."""
