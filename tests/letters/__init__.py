"""Tests of what leaves for people's eyes."""
