"""Trust: what cannot be lost, forged, guessed or flooded, tried by those who would."""
