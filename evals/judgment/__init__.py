"""Is the emergency half right: states against the reference, hours won, what silence does, and the drill of 7·20."""
