"""The emergency side of the server: what is known in a storm, what the plan says to it, what people decided."""
