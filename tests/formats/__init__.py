"""Tests of the readers that trust nothing."""
