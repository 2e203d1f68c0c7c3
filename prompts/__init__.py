"""Prompt files with a contract, and the loader that holds them to it."""
