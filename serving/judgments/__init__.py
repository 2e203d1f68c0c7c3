"""Judgments (研判) on the server: what they are asked from, when they run, how they are kept."""
