"""How fast, how large: ratios side by side in one run."""
