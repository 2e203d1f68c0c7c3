"""The HTTP API: one module a resource, each a router over `Services`."""
