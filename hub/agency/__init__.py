"""A collection agency that is none: speaks our protocol as scripted, for tests and for agencies that build theirs."""
