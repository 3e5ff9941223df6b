"""Tests of the sources and sinks, one folder per connector."""
