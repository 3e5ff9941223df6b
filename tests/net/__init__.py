"""Tests of the HTTP client, against a server on loopback."""
