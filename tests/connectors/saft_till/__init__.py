"""The specification of connector saft_till."""
