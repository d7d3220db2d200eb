"""Endings: what a page calls the way in which a case ended."""

ENDINGS = {
    "fulfilled": "Done",
    "partly_fulfilled": "Done in part",
    "denied": "Refused",
    "withdrawn": "Withdrawn",
}
