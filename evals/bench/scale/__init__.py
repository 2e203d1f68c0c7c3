"""How time and memory grow with the number of clauses, on synthetic ones."""
