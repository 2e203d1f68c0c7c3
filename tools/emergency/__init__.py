"""The emergency side of the outside world: warnings, gauges, forecasts, reports, resources, calls."""
