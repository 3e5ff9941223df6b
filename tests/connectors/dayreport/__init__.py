"""The specification of connector dayreport."""
