"""The judgment agent (研判): which start conditions of the plan are met, on what evidence, and what follows."""
