"""Tickets: taking them in, showing them, following their runs."""
