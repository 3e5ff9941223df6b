"""Tests of the room that decides who is late and what comes next."""
