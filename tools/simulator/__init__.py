"""The city outside, played by a real HTTP server of its own: run it with `python -m tools.simulator`."""
