"""The city in a storm: warnings, gauges, forecasts, reports, citizens and telephones, each in its provider's format."""
