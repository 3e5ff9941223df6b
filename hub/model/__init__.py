"""Nouns of the trade: frozen dataclasses that check themselves. Imports the standard library only."""
