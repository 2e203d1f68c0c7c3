"""LangGraph agents: what they conclude, by which rules, in which order."""
