"""Thin loops named for what they do: intake, relay, and the supervisor that keeps them running."""
