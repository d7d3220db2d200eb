"""Calendars: which days count, in which place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from privacy_center.law import holidays
from privacy_center.law.tables import Contradictions, Table, read
from privacy_center.places import Folder, files

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEMBER_STATE = "{country}"
"""In a list of codes: the controller's own country."""

DaysOff = Callable[[int], frozenset[date]]


@dataclass(frozen=True)
class Calendar:
    """Answers one question: does this day count? `days_off` gives a year's holidays.

    `works` are days of a weekend on which business is done, in exchange for another day off.
    """

    id: str
    weekend: frozenset[int]
    days_off: DaysOff = field(repr=False)
    works: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether business is done on this day."""
        if day in self.works:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off(day.year)


@dataclass(frozen=True, slots=True)
class Rule:
    """A day off that is written down: a fixed day, or the n-th weekday of a month (-1: the last)."""

    month: int
    day: int | None
    weekday: int | None
    nth: int
    sunday_to_monday: bool
    saturday_to_friday: bool

    def of(self, year: int) -> date:
        """The day off in one year."""
        if self.day is None:
            return self._weekday_of(year)
        day = date(year, self.month, self.day)
        if self.sunday_to_monday and day.weekday() == 6:
            return day + timedelta(days=1)
        if self.saturday_to_friday and day.weekday() == 5:
            return day - timedelta(days=1)
        return day

    def _weekday_of(self, year: int) -> date:
        days = [day for day in _days_of(year, self.month) if day.weekday() == self.weekday]
        return days[self.nth - 1 if self.nth > 0 else self.nth]


def _days_of(year: int, month: int) -> Iterable[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


@dataclass(frozen=True)
class Definition:
    """A calendar as its file defines it, before the controller's country is filled in."""

    id: str
    weekend: frozenset[int]
    codes: tuple[str, ...]
    drop: tuple[str, ...]
    only: tuple[str, ...]
    dates: frozenset[date]
    works: frozenset[date]
    rules: tuple[Rule, ...]
    spans: tuple[tuple[tuple[int, int], tuple[int, int]], ...]

    def ends(self) -> date | None:
        """The last day for which moon-bound dates are written down; None where nothing has to be written anew."""
        written = self.dates | self.works
        return date(max(day.year for day in written), 12, 31) if written else None

    def calendar(self, country: str, *, code: str | None = None) -> Calendar:
        """The calendar for one country; `code` replaces the list of holidays and keeps the weekend."""
        codes = (code,) if code else tuple(name.replace(MEMBER_STATE, country) for name in self.codes)

        @lru_cache(maxsize=64)
        def days_off(year: int) -> frozenset[date]:
            if code:
                return _holidays((code,), year, (), ())
            own = {rule.of(year) for rule in self.rules} | {day for day in self.dates if day.year == year}
            return _holidays(codes, year, self.drop, self.only) | own | set(_spans(self.spans, year))

        works = frozenset() if code else self.works
        return Calendar(code or self.id.replace(MEMBER_STATE, country), self.weekend, days_off, works)


HORIZON = timedelta(days=548)
"""Eighteen months: an open case may need a day that far ahead."""


class Calendars:
    """Every calendar of the library, and those that the `holidays` package knows by code."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions
        self._made: dict[tuple[str, str, str | None], Calendar] = {}

    def get(self, name: str, *, country: str = "", instead: str | None = None) -> Calendar:
        """The calendar of that name. `instead` is another calendar's name, or a code like GB-ENG, which
        replaces the list of holidays and keeps the weekend. Raises KeyError for what nobody knows."""
        if instead is not None and instead in self.definitions:
            name, instead = instead, None
        key = (name, country, instead)
        if key not in self._made:
            self._made[key] = self._make(name, country, instead)
        return self._made[key]

    def ending(self, today: date) -> list[str]:
        """One line for each calendar that ends within eighteen months."""
        ends = {name: end for name, definition in self.definitions.items() if (end := definition.ends())}
        return [
            f"calendar {name} is written down until {end.isoformat()} only: add the days of the years after"
            for name, end in ends.items()
            if end < today + HORIZON
        ]

    def _make(self, name: str, country: str, code: str | None) -> Calendar:
        definition = self.definitions[name]
        if code is not None and not holidays.is_code(code):
            raise KeyError(code)
        if MEMBER_STATE in "".join(definition.codes) and code is None and not holidays.is_code(country):
            definition = self.definitions["weekdays"]  # fewer days off: never a later date than the law's
        return definition.calendar(country, code=code)


def load(folder: Folder) -> Calendars:
    """Every calendar in the folder. Raises Contradictions."""
    definitions: dict[str, Definition] = {}
    for path in files(folder, "*.toml").values():
        table = Table(read(path), f"{folder.name}/{path.name}")
        for name, part in table.parts("calendars"):
            if name in definitions:
                raise Contradictions([f"{part.where}: this calendar is defined twice"])
            definitions[name] = _definition(name, part)
        table.done()
    return Calendars(definitions)


def _definition(name: str, table: Table) -> Definition:
    table.text("source")
    weekend = frozenset(_weekday(table, word) for word in table.texts("weekend"))
    codes = table.texts("codes", ())
    for code in codes:
        if MEMBER_STATE not in code and not holidays.is_code(code):
            raise table.wrong("codes", f"names {code}, which the holidays package does not have")
    definition = Definition(
        id=name,
        weekend=weekend,
        codes=codes,
        drop=table.texts("drop", ()),
        only=table.texts("only", ()),
        dates=_dates(table, "dates"),
        works=_dates(table, "works"),
        rules=tuple(_rule(row) for row in table.rows("days")),
        spans=tuple(_span(row) for row in table.rows("spans")),
    )
    table.done()
    return definition


def _dates(table: Table, name: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in table.texts(name, ()))


def _rule(row: Table) -> Rule:
    row.text("name", "")
    weekday = row.text("weekday", "")
    rule = Rule(
        month=row.number("month"),
        day=None if weekday else row.number("day"),
        weekday=_weekday(row, weekday) if weekday else None,
        nth=row.number("nth", 0),
        sunday_to_monday=row.flag("sunday_to_monday"),
        saturday_to_friday=row.flag("saturday_to_friday"),
    )
    row.done()
    return rule


def _span(row: Table) -> tuple[tuple[int, int], tuple[int, int]]:
    first, last = (tuple(map(int, row.text(name).split("-"))) for name in ("first", "last"))
    row.done()
    return (first[0], first[1]), (last[0], last[1])


def _weekday(table: Table, word: str) -> int:
    if word not in WEEKDAYS:
        raise table.wrong("weekday", f"is {word!r}; the words are: {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(word)


def _spans(spans: Iterable[tuple[tuple[int, int], tuple[int, int]]], year: int) -> Iterable[date]:
    """Days of a year inside spans like 25 December to 15 January, which run over its end."""
    for first, last in spans:
        for month in range(1, 13):
            for day in _days_of(year, month):
                place = (day.month, day.day)
                if first <= place <= last or (first > last and (place >= first or place <= last)):
                    yield day


@lru_cache(maxsize=512)
def _holidays(codes: tuple[str, ...], year: int, drop: tuple[str, ...], only: tuple[str, ...]) -> frozenset[date]:
    days: set[date] = set()
    for code in codes:
        country, _, subdivision = code.partition("-")
        # The neighbouring years too: an observed holiday may lie on the other side of the year's end.
        found = holidays.of(country, subdivision, years=(year - 1, year, year + 1))
        days |= {day for day in found if day.year == year and _counts(found.get_list(day), drop, only)}
    return frozenset(days)


def _counts(names: list[str], drop: tuple[str, ...], only: tuple[str, ...]) -> bool:
    kept = [name for name in names if not any(word in name for word in drop)]
    return any(not only or any(word in name for word in only) for name in kept)
