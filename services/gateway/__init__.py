"""The gateway: reports and commands over HTTP, the picture, the live streams."""
