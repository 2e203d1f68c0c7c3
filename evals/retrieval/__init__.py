"""Does the knowledge base find the articles that answer real questions."""
