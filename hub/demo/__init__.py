"""The demo: made-up documents of 2026 and what a bookkeeper expects of each."""
