"""Finding: a query in, clauses out. Three legs, one ranking, and what belongs with each clause."""
