"""Files on their way into the knowledge base: kept at once, then read and indexed in the background."""
