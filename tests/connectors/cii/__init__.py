"""Tests of the source for CII, Factur-X and ZUGFeRD."""
