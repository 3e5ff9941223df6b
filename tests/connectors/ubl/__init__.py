"""Tests of the UBL source: each sample has a twin `<name>.json` that says what reading it must give."""
