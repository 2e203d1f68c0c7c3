"""Briefings on the server: composed of judgments, edited in versions, signed by named people, made into files."""
