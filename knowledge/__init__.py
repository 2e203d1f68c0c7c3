"""Documents in, clauses with citations out; and the city pack."""
