"""Feeds: followed, read, and watched for their silence."""
