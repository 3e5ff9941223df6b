"""The specification of connector fiskaltrust."""
