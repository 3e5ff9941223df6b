"""How fast the hub is, beside the floor of what its work costs at least; `make bench`, figures in RESULTS.md."""
