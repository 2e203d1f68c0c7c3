"""The operator's copilot: answers a question from the knowledge base, every sentence with its clause."""
