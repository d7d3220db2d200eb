"""Journeys: a person and the desk, in a real browser, against real processes."""
