"""Questions: what the law leaves open, by name, with the readings there are and the careful one as default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from typing import Any

from privacy_center.law.choices import Choices
from privacy_center.law.tables import Contradictions, Table, merged, read
from privacy_center.places import Folder

ANY = "*"
"""A reading that stands for any value; the value goes to the choice that it names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to a question: what it chooses in the reckoning, what it sets in the law's own table."""

    choose: Mapping[str, Any]
    set: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """An open question of the law, with its readings; the careful one is the default."""

    name: str
    asks: str
    regimes: tuple[str, ...]
    rights: tuple[str, ...]
    careful: str
    readings: Mapping[str, Reading]

    def reading(self, answer: str) -> Reading:
        """One answer. Raises KeyError."""
        if answer in self.readings:
            return self.readings[answer]
        open_choice = self.readings[ANY]
        return Reading({name: type(value)(answer) for name, value in open_choice.choose.items()}, open_choice.set)

    def concerns(self, regime: str, right: str | None = None) -> bool:
        """Whether the question is about this law, and this right of it."""
        about = any(fnmatch(regime, pattern) for pattern in self.regimes)
        return about and (right is None or any(fnmatch(right, pattern) for pattern in self.rights))


@dataclass(frozen=True, slots=True)
class Questions:
    """Every open question, and how this installation answers it."""

    open: Mapping[str, Question] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    _chosen: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What the answers choose for a law and a right, once it was asked: they are the same as long as we live."""

    def answered(self, answers: Mapping[str, str]) -> "Questions":
        """The same with an installation's own answers. Raises Contradictions for a question or answer nobody knows."""
        if wrong := self.faults(answers):
            raise Contradictions(wrong)
        return replace(self, answers=dict(answers))

    def faults(self, answers: Mapping[str, str]) -> list[str]:
        """What is wrong with an installation's answers, one line each."""
        wrong = [f"installation: [questions] {name} is no open question" for name in answers if name not in self.open]
        for name, answer in answers.items():
            question = self.open.get(name)
            if question is not None and answer not in question.readings and ANY not in question.readings:
                known = ", ".join(question.readings)
                wrong.append(f"installation: [questions] {name} is {answer!r}; the readings are: {known}")
        return wrong

    def choices(self, base: Choices, regime: str, right: str) -> Choices:
        """The reading of one right under one law."""
        if (regime, right) not in self._chosen:
            self._chosen[regime, right] = self._choose(regime, right)
        return replace(base, **self._chosen[regime, right])

    def _choose(self, regime: str, right: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for question, reading in self._given():
            if question.concerns(regime, right):
                found |= reading.choose
        return found

    def over(self, regime: str, table: dict[str, Any]) -> dict[str, Any]:
        """A law's table with what the answers set in it."""
        for question, reading in self._given():
            if reading.set and question.concerns(regime):
                table = merged(table, _spread(dict(reading.set), table))
        return table

    def _given(self) -> Iterable[tuple[Question, Reading]]:
        for name, question in self.open.items():
            yield question, question.reading(self.answers.get(name, question.careful))


def _spread(overlay: dict[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """A reading's `rights."optout_*"` for every right of the law that fits, and for none that it lacks."""
    patterns = overlay.pop("rights", {})
    known = table.get("rights", {})
    rights = {name: part for pattern, part in patterns.items() for name in known if fnmatch(name, pattern)}
    return overlay | ({"rights": rights} if rights else {})


def load(path: Folder) -> Questions:
    """The file of open questions. Raises Contradictions."""
    table = Table({"questions": read(path)}, f"{path.parent.name}/{path.name}")
    return Questions({name: _question(name, part) for name, part in table.parts("questions")})


def _question(name: str, table: Table) -> Question:
    question = Question(
        name=name,
        asks=table.text("asks"),
        regimes=table.texts("regimes"),
        rights=table.texts("rights", (ANY,)),
        careful=table.text("careful"),
        readings={reading: _reading(part) for reading, part in table.parts("readings")},
    )
    table.done()
    if question.careful not in question.readings and ANY not in question.readings:
        raise table.wrong("careful", f"is {question.careful!r}, which is no reading")
    return question


def _reading(table: Table) -> Reading:
    table.text("means", "")
    choose = table.plain("choose")
    if unknown := set(choose) - {item.name for item in fields(Choices)}:
        raise table.wrong("choose", f"names {', '.join(sorted(unknown))}, which nobody can choose")
    reading = Reading(choose, table.plain("set"))
    table.done()
    return reading
