"""The application's own database: tickets, runs and their events, approvals, the outbox, the audit log."""
