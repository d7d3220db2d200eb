"""The porch: pages for those who ask."""
