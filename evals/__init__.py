"""Does it work, and how well: data sets, tasks, scorers, reports."""
