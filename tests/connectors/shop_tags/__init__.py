"""Tests of tagging customers in shops."""
