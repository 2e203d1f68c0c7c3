"""The rule engine: the plan's conditions over facts. Pure, no model, no input or output."""
