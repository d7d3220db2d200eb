"""The tests: real parts only, on both databases."""
