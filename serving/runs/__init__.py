"""Runs as server objects: their events, their execution, the questions they put to people."""
