"""deploy/: what an operator installs is tried on real servers."""
