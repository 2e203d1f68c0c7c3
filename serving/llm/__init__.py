"""A local model server: its environment, its weights, and starting, watching and stopping it."""
