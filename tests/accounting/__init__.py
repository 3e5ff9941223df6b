"""Tests of the accounting decisions."""
