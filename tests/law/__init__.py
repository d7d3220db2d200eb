"""The law room's tests."""
