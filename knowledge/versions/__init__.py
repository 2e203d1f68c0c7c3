"""Time: which documents are versions of one work, which stands when, and what changed from one to the next."""
