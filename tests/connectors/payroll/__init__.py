"""The specification of connector payroll."""
