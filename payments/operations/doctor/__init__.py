"""What only a real portal can tell of payments, as far as a read tells it (docs/decisions.md)."""
