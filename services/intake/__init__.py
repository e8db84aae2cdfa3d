"""Reports over NATS."""
