"""The probes: on a schedule the center says no to itself, through its own public pages, and looks what became of it.

A round is committed in one transaction, then filed without any, then noted. Whatever dies in between leaves probes that
are committed and not finished, which count as failing (D28, L5).
"""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from privacy_center.casework import lookups, probing, verdicts
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.lookups import Reason
from privacy_center.casework.probing import Committed, Found
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.records.probe import Outcome, Path
from privacy_center.worker.faults import fault
from privacy_center.worker.visits import Failed, Visitor

EVERY = 3.0
"""Seconds between two looks at whether a round is due or a verdict ready; none is decided by it (rule 5)."""

WARM_UP = 60.0
"""Seconds after its start that a worker waits for the web: both start together. After them it is tested anyway."""

AT_ONCE = 4
"""Sites that are loaded at a time."""

UNASKED = "There was nothing to look up, for the press had failed."

log = structlog.get_logger()

Ledger = list[tuple[Committed, Sequence[Found]]]


class Probes:
    """One worker's probing; several may be at it: a round is committed by one of them."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._visitor = Visitor(center.house)
        self._waited = 0.0

    async def forever(self) -> None:
        """Probe until cancelled. Nothing that goes wrong ends it."""
        while True:
            try:
                await self.once()
            except Exception as error:
                log.error("probes_failed", **fault(error))
            await asyncio.sleep(EVERY)
            self._waited += EVERY

    async def once(self) -> None:
        """Write the verdicts that are ready, then begin the round that is due."""
        if not probing.is_on(self._center.house):
            return
        async with self._center.reading(by=CLOCK) as work:
            ready, due = await verdicts.are_ready(work), await probing.is_due(work)
        if ready:
            async with self._center.work(by=CLOCK) as work:
                await verdicts.settle(work)
        if due and (self._waited >= WARM_UP or await self._visitor.is_open()):
            await self._round()

    async def _round(self) -> None:
        async with self._center.work(by=CLOCK) as work:
            committed = await probing.begin(work)
        by_path: dict[Path, Committed] = {probe.path: probe for probe in committed if probe.path is not Path.site}
        if committed:
            await self._note(await self._choices(by_path))
            await self._note(await self._sites([probe for probe in committed if probe.path is Path.site]))

    async def _choices(self, by_path: Mapping[Path, Committed]) -> Ledger:
        """The page, the look-up of what was said on it, and the signal."""
        button = by_path[Path.button]
        pressed = await self._press(button)
        works = pressed[-1].outcome is Outcome.proved
        looked_up = await self._look_up(button) if works else [Found(Outcome.failing, UNASKED)]
        ledger: Ledger = [(button, pressed), (by_path[Path.lookup], looked_up)]
        if Path.signal in by_path:
            ledger.append((by_path[Path.signal], await self._signal()))
        return ledger

    async def _press(self, probe: Committed) -> list[Found]:
        try:
            press = await self._visitor.press(probe.email)
        except Failed as failed:
            return [Found(Outcome.failing, failed.why)]
        async with self._center.reading(by=CLOCK) as work:
            return await probing.check_press(work, probe, press)

    async def _look_up(self, pressed: Committed) -> list[Found]:
        """What the API would answer about the address, asked of the same function: a machine's token is not stored."""
        digest, names = Identity("email", pressed.email).digest, list(self._center.house.offers)
        async with self._center.reading(by=CLOCK) as work:
            (answers,) = await lookups.answers_by_digest(work, [digest], names)
        wrong = [name for name, answer in answers.items() if answer.allowed or answer.reason is not Reason.opted_out]
        if wrong:
            return [Found(Outcome.failing, f"A look-up does not answer no for: {', '.join(wrong)}.")]
        return [Found(Outcome.proved)]

    async def _signal(self) -> list[Found]:
        try:
            await self._visitor.signal(self._center.now())
        except Failed as failed:
            return [Found(Outcome.failing, failed.why)]
        return [Found(Outcome.proved)]

    async def _sites(self, probes: Sequence[Committed]) -> Ledger:
        by_host = {site.host: site for site in self._center.house.installation.sites}
        places = asyncio.Semaphore(AT_ONCE)

        async def load(probe: Committed) -> Sequence[Found]:
            async with places:
                return await self._visitor.load(by_host[probe.subject])

        return list(zip(probes, await asyncio.gather(*map(load, probes)), strict=True))

    async def _note(self, ledger: Ledger) -> None:
        async with self._center.work(by=CLOCK) as work:
            await probing.lock(work)
            turned = [each for probe, found in ledger for each in await probing.note(work, probe, found)]
            await verdicts.tell(work, turned)
        for probe, found in ledger:
            log.info("probe", path=probe.path, subject=probe.subject, outcome=found[-1].outcome, what=found[-1].what)
