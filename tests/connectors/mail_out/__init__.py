"""Tests of the sink that mails."""
