"""What people and devices in the field send, and how it becomes events. Gateway and intake share
it.
"""
