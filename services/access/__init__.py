"""Who may do what: tokens are created and revoked here."""
