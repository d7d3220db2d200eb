"""The doors of protocols: what machines ask by an address that somebody else has fixed."""
