"""The desk: pages for those who answer."""
