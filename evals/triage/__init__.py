"""Does triage do what a careful operator would do: labelled tickets through the real graph."""
