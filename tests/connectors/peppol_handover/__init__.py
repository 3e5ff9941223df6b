"""Tests of what access points hand over."""
