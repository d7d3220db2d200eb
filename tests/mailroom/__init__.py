"""The mailroom: how a letter is written, addressed and handed over."""
