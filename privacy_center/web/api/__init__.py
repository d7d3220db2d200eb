"""The door for machines: JSON, a token, and an answer that says no wherever there is a doubt (D29)."""
