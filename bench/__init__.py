"""Benchmarks: how fast the center is, beside the bare limit of the machine in the same run."""
