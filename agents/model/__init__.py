"""Reaching a language model: one protocol, a client for real servers, a scripted one for tests, and none."""
