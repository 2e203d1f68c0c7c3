"""From a judgment to papers that people sign: one model (decision.py), six forms (forms.py), render/ for the files."""
