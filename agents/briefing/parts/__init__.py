"""The parts a briefing is made of; forms.py says which form has which."""
