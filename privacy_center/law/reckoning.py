"""Reckoning: a fold over what happened to a request, which gives each of its dates and the reason for each."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from privacy_center.law import pauses, periods, starts
from privacy_center.law.calendars import Calendar, Calendars
from privacy_center.law.choices import Choices
from privacy_center.law.clock import Clock, Due, Reason, local_day
from privacy_center.law.pauses import Span
from privacy_center.law.periods import DAY
from privacy_center.law.reading import Reading
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Duty, Rule
from privacy_center.law.starts import History
from privacy_center.law.terms import Count, Roll, Start, Tolls, Unit
from privacy_center.phrases import Phrase

AIM = Phrase("We aim for this day: no reading of the law that we know of leads to an earlier one.")
CONFIRM = Phrase("To confirm receipt: {reckoning}").message
ANSWER = Phrase("To answer: {reckoning}").message


def compute(
    regime: Regime,
    rule: Rule,
    *,
    received_at: datetime,
    history: History,
    choices: Choices,
    calendars: Calendars,
    told: bool = True,
) -> Clock:
    """Every date of a request under one law, with its reasons unless they are not wanted.

    Raises KeyError for a calendar nobody knows.
    """
    return _Reckoning(regime, rule, received_at, history, choices, calendars).clock(told=told)


class _Reckoning:
    """One request under one law, read in one way."""

    def __init__(
        self,
        regime: Regime,
        rule: Rule,
        received_at: datetime,
        history: History,
        choices: Choices,
        calendars: Calendars,
    ) -> None:
        self.regime, self.rule, self.history = regime, rule, history
        self.choices, self.calendars = choices, calendars
        self.zone = choices.timezone or regime.timezone
        self.received, self.earliest = _days(received_at, self.zone, choices)
        started = starts.find(rule.start, history, received=self.received, timezone=self.zone)
        self.start, self.start_text = started
        self.begins = self.start or self.received

    def clock(self, *, told: bool) -> Clock:
        """All dates, then their story."""
        answer, extended = self.due(self.rule.answer, self.begins), self.extended()
        noticed = self.noticed()
        invalid = noticed is not None and (extended is None or noticed > answer.legal)
        in_time = noticed is not None and not invalid
        current = extended if in_time and extended is not None else answer
        return Clock(
            timezone=self.zone,
            start=self.start,
            acknowledge=self.acknowledge(),
            answer=answer,
            extended=extended,
            extension_invalid=invalid,
            current=current,
            extend_until=self.extend_until(),
            limited=self.rule.answer.period is not None,
            in_force=self.rule.in_force is None or self.received >= self.rule.in_force,
            reasons=tuple(self.story(answer, current, noticed, invalid=invalid)) if told else (),
            warnings=tuple(self.warnings()),
        )

    # ---- the dates ----

    def acknowledge(self) -> Due | None:
        """Always from receipt, even where the answer's clock starts later (11 CCR 7021(a); DPA 2018 s.164A)."""
        duty = self.rule.acknowledge
        return self.due(duty, self.received, paused=False) if duty is not None and duty.period is not None else None

    def due(self, duty: Duty, begins: date, *, paused: bool = True) -> Due:
        """A duty's two dates. Where the law sets no number, our own aim stands for both, or the day of receipt."""
        if duty.period is None:
            day = duty.aim.after(self.earliest, self.calendar(duty.calendar)) if duty.aim else self.received
            return Due(day, day, duty.citation)
        legal = self.legal(duty, paused=paused).end(begins, duty.period)
        target = min(reading.end(self.earliest, duty.period) for reading in self.strict(duty, paused=paused))
        if self.choices.aim and paused:
            aim = periods.add_working_days(self.earliest, self.choices.aim, self.calendars.get("weekdays"))
            target = min(target, aim)
        return Due(legal, min(legal, target), duty.citation)

    def extended(self) -> Due | None:
        """What an extension gives: the length that this law names, or the date that its notice named."""
        extension, duty, until = self.rule.extension, self.rule.answer, self.history.extended_until
        if extension is not None and extension.period is None and until is not None:
            return Due(until, until, extension.citation)
        if extension is None or extension.period is None or duty.period is None:
            return None
        legal = self.legal(duty).end(self.begins, duty.period, extension.period)
        target = min(r.end(self.earliest, duty.period, extension.period) for r in self.strict(duty))
        return Due(legal, min(legal, target), extension.citation)

    def extend_until(self) -> date | None:
        """The last day to announce an extension, on the careful reading: the un-rolled end (D24)."""
        period = self.rule.answer.period
        if self.rule.extension is None or period is None:
            return None
        reading = self.legal(self.rule.answer)
        return (reading.end if self.choices.rolled_notice else reading.unrolled)(self.begins, period)

    def noticed(self) -> date | None:
        """The day on which an extension was announced."""
        moment = self.history.extension_noticed_at
        return local_day(moment, timezone=self.zone) if moment is not None else None

    # ---- the readings ----

    def legal(self, duty: Duty, *, paused: bool = True) -> Reading:
        """What this table gives, under the installation's choices."""
        calendar, citation = self.roll(duty)
        choices = self.choices
        inclusive = (choices.count or self.rule.tolling.count) is Count.inclusive
        return Reading(
            calendar=self.calendar(duty.calendar),
            roll=calendar,
            roll_citation=citation,
            day_one=choices.day_one,
            stepwise=choices.stepwise,
            pauses=self.pauses(self.begins, guidance=choices.guidance_tolls, inclusive=inclusive) if paused else (),
            pause_citation=self.rule.tolling.citation,
        )

    def strict(self, duty: Duty, *, paused: bool = True) -> list[Reading]:
        """The earliest defensible readings: from receipt, no roll, the day of receipt as day 1, statutory pauses
        only and half-open, business days by every calendar that somebody might hold against us."""
        names = [duty.calendar]
        if duty.period is not None and duty.period.unit is Unit.business_days:
            names += self.regime.alternatives
        spans = self.pauses(self.earliest, guidance=False, inclusive=False) if paused else ()
        return [Reading(self.calendar(name), day_one=True, pauses=spans) for name in names]

    def roll(self, duty: Duty) -> tuple[Calendar | None, str]:
        """The calendar that moves an end off a day off: the rule's own, or the general statute switched on."""
        if duty.period is not None and duty.period.unit is Unit.business_days:
            return None, ""
        general = self.regime.statutory_roll if self.choices.statutory_roll else None
        found = duty if duty.roll is Roll.next_working_day else general
        if found is None or not self.choices.rolls:
            return None, ""
        return self.calendar(found.roll_calendar), found.roll_citation

    def calendar(self, name: str) -> Calendar:
        """A calendar of the library, filled in for this controller."""
        return self.calendars.get(
            name or self.regime.calendar, country=self.choices.country, instead=self.choices.calendar
        )

    def pauses(self, begins: date, *, guidance: bool, inclusive: bool) -> tuple[Span, ...]:
        """The days of waiting that stop this clock."""
        tolling = self.rule.tolling
        if tolling.by is Tolls.never or (tolling.by is Tolls.guidance and not guidance):
            return ()
        stopping = [pause for pause in self.history.pauses if pause.why in tolling.waits]
        return pauses.spans(stopping, begins=begins, timezone=self.zone, inclusive=inclusive)

    # ---- the story ----

    def story(self, answer: Due, current: Due, noticed: date | None, *, invalid: bool) -> Iterable[Reason]:
        """The reckoning in the order in which a person would do it."""
        yield Reason(
            self.received, Phrase("Received. Days begin and end as in {zone}.", zone=self.zone), self.rule.citation
        )
        duty = self.rule.acknowledge
        if duty is not None and duty.period is not None:
            yield from self.told(self.legal(duty, paused=False), duty, self.received, CONFIRM)
        if self.start is not None and (self.start != self.received or self.rule.start is not Start.receipt):
            yield Reason(self.start, self.start_text, self.rule.citation)
        yield from self.told(self.legal(self.rule.answer), self.rule.answer, self.begins, ANSWER)
        if noticed is not None:
            yield from self.extension_story(noticed, answer, invalid=invalid)
        yield Reason(current.target, AIM, "")

    def told(self, reading: Reading, duty: Duty, begins: date, lead: str | None) -> Iterable[Reason]:
        """One duty's reckoning."""
        if duty.period is None:
            yield Reason(
                begins,
                Phrase(lead or "{reckoning}", reckoning=Phrase("this law sets no number of days.")),
                duty.citation,
            )
            return
        for day, text, citation in reading.story(begins, duty.period, None, duty.citation):
            yield Reason(day, Phrase(lead, reckoning=text) if lead else text, citation)
            lead = None

    def extension_story(self, noticed: date, answer: Due, *, invalid: bool) -> Iterable[Reason]:
        """What an announced extension did."""
        extension, duty = self.rule.extension, self.rule.answer
        if extension is None or duty.period is None:
            yield Reason(noticed, Phrase("An extension was announced, but this law allows none."), self.rule.citation)
        elif extension.period is None:
            yield Reason(
                noticed, Phrase("A later date was announced; this law names no length for it."), extension.citation
            )
        elif invalid:
            late = Phrase("The extension was announced after {day}: it does not count.", day=answer.legal)
            yield Reason(noticed, late, extension.citation)
        else:
            yield Reason(noticed, Phrase("The extension was announced in time."), extension.citation)
            for day, text, citation in self.legal(duty).story(
                self.begins, duty.period, extension.period, extension.citation
            ):
                yield Reason(day, text, citation)

    def warnings(self) -> Iterable[str]:
        """What somebody should look at."""
        if self.rule.in_force is not None and self.received < self.rule.in_force:
            yield f"{self.regime.short} grants this only to requests received from {self.rule.in_force.isoformat()} on."
        if self.start is None:
            yield f"The law's clock has not started: {self.start_text} We count from receipt all the same."
        if (
            self.history.pauses
            and self.history.pauses[-1].answered_at is None
            and self.rule.tolling.by is not Tolls.never
        ):
            yield "A question is open; its days are not yet counted."


def _days(received_at: datetime, zone: str, choices: Choices) -> tuple[date, date]:
    """The day of receipt as this law takes it, and the earliest day that somebody might take."""
    local = received_at.astimezone(ZoneInfo(zone))
    day = local.date() + (DAY if local.hour >= choices.cutoff else timedelta())
    return day, min(day, local.date(), *(local_day(received_at, timezone=other) for other in choices.zones))
