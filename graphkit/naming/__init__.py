"""Telling organisations apart by their names, identifiers and places; no store, no network."""
