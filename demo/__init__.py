"""The demo: the whole center on one machine, with sample staff and a mailbox instead of the world's mail."""
