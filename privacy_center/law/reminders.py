"""Reminders: when staff hear of a case before its date, as a share of the time there is, or in days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

SHARES = {"half left": Fraction(1, 2), "a quarter left": Fraction(1, 4), "a tenth left": Fraction(1, 10)}
DAYS = re.compile(r"(\d{1,3}) days? before")


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: `words` as they are written, and the share or the number of days that they mean."""

    words: str
    share: Fraction
    days: int

    @classmethod
    def parse(cls, words: str) -> "Reminder":
        """From its words. Raises ValueError, which says what can be written."""
        if words in SHARES:
            return cls(words, SHARES[words], 0)
        if match := DAYS.fullmatch(words):
            return cls(words, Fraction(0), int(match[1]))
        raise ValueError(f"is {words!r}; write {', '.join(SHARES)} or like “2 days before”")

    def day(self, received: date, due: date) -> date:
        """The day of the reminder."""
        return due - timedelta(days=self.days or int((due - received).days * self.share))
