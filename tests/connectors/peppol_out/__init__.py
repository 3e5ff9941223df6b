"""Tests of sending through access points."""
