"""The same law, questions and vectors through other retrieval stacks and ours, side by side."""
