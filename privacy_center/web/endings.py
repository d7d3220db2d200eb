"""Endings: what a page calls the way in which a case ended."""

from privacy_center.phrases import Phrase

ENDINGS = {
    "fulfilled": Phrase("Done"),
    "partly_fulfilled": Phrase("Done in part"),
    "denied": Phrase("Refused"),
    "withdrawn": Phrase("Withdrawn"),
}
