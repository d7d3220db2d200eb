"""A self-hosted privacy center: choices, requests, deadlines, letters, proof."""

__version__ = "0.1.0"
