"""What Muster itself tells the public, as CAP 1.2: drafted, approved, signed, published."""
