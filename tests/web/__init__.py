"""The doors' own rooms: pages, forms, the front door."""
