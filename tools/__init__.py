"""What an agent may do in the outside world: tickets in, dispatch orders out, and the city's own systems."""
