"""The center: what the house is made of, here and now. It opens the transactions and has the one clock."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from privacy_center import catalogues, installation, overlay, places
from privacy_center.casework import (
    editions,
    effects,
    fingerprints,
    guards,
    lint,
    offers,
    page_forms,
    signing_keys,
    speaking,
)
from privacy_center.casework.work import REQUESTER, Actor, House, Work
from privacy_center.installation import Installation
from privacy_center.law import library
from privacy_center.law.library import Library
from privacy_center.links import Links
from privacy_center.mailroom import own_letters, stationery
from privacy_center.mailroom.stationery import Stationery
from privacy_center.records.database import Database
from privacy_center.records.jobs import Jobs
from privacy_center.records.revisions import is_current
from privacy_center.records.sealed import Keyring
from privacy_center.settings import Settings, SettingsError
from privacy_center.signing import Signer

HOUSE_LETTERS = frozenset(
    {
        "sign_in",
        "code",
        "verification_again",
        "digest",
        "place",
        "receipt_moved",
        "staff_sign_in",
        "staff_invitation",
        "staff_reminder",
        "staff_returned",
        "staff_probe",
        "anchor",
        "recipient",
        "recipient_code",
        "agent_told",
        "agent_ended",
        "agent_asked",
        "agent_request_ended",
    }
)
"""Letters that no step of a workflow sends."""


def wall_clock() -> datetime:
    """The moment, aware. Nothing below the doors looks at a clock."""
    return datetime.now(UTC)


class Center:
    """One open house. Built by a process at its start, closed at its end."""

    def __init__(self, settings: Settings, house: House, database: Database, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.house = house
        self.database = database
        self.now = now

    @classmethod
    async def open(cls, settings: Settings, *, now: Callable[[], datetime] = wall_clock) -> "Center":
        """Put the house together. Raises SettingsError or Contradictions, each line saying what to do."""
        center = cls(settings, build(settings), Database(settings.database_url), now)
        try:
            await center._ready_or_say_why()
            async with center.work(by=REQUESTER) as work:
                await editions.keep_all(work)
                await fingerprints.check_keys(work)
                await signing_keys.note(work)
        except BaseException:
            await center.close()
            raise
        return center

    @asynccontextmanager
    async def work(self, *, by: Actor) -> AsyncIterator[Work]:
        """One transaction with one moment: committed whole when the block ends well, else rolled back whole."""
        async with self.database.transaction() as session:
            yield Work(session, self.now(), by, self.house)

    @asynccontextmanager
    async def reading(self, *, by: Actor) -> AsyncIterator[Work]:
        """A look without a write."""
        async with self.database.reading() as session:
            yield Work(session, self.now(), by, self.house)

    async def ready(self) -> bool:
        """Whether the database answers and its tables are those of this code."""
        try:
            async with self.database.reading() as session:
                connection = await session.connection()
                return await connection.run_sync(is_current)
        except (SQLAlchemyError, OSError):
            return False

    async def close(self) -> None:
        """Let go of the connections."""
        self.house.jobs.close()
        await self.database.dispose()

    async def _ready_or_say_why(self) -> None:
        try:
            await self.database.ping()
        except (SQLAlchemyError, OSError) as error:
            why = type(getattr(error, "orig", None) or error).__name__
            raise SettingsError(f"PRIVACY_CENTER_DATABASE_URL: the database cannot be reached ({why})") from None
        if not await self.ready():
            raise SettingsError("the database is not at this version: run `privacy-center migrate` first")


def build(settings: Settings) -> House:
    """The rooms' common things, checked against each other. Opens no connection."""
    here = installation.read(settings.installation)
    law = law_of(here)
    tongues = catalogues.of_house(here.templates / "languages", here.page_languages, here.letter_languages, here.words)
    paper = stationery.of(here.templates / "letters", here.letter_languages, tongues)
    if wrong := check_installation(law, str(settings.installation)):
        raise library.Contradictions(wrong)
    catalogues.put_away()
    return House(
        installation=here,
        library=law,
        keys=Keyring(settings.data_keys, settings.index_keys[-1], newer=settings.index_keys[:-1]),
        links=Links(settings.secret_keys),
        stationery=paper,
        jobs=Jobs(settings.database_url),
        base_url=settings.base_url,
        offers=offers.offered(here, law),
        signer=Signer(settings.signing_keys),
        catalogues=tongues,
        files=settings.files,
    )


def law_of(here: Installation) -> Library:
    """The law as an installation knows it: with its overlay and its answers to the open questions."""
    return library.load(here.workflows, here.questions)


def installation_at(path: str) -> Installation | None:
    """The installation of a file; none where no file is named."""
    return installation.read(Path(path)) if path else None


def check_installation(law: Library, path: str) -> list[str]:
    """Every contradiction between the law, the letters and, where it is named, the installation; one a line."""
    here = installation_at(path)
    templates = here.templates if here else places.TEMPLATES
    languages = speaking.written(here) if here else ("en",)
    paper = stationery.of(templates / "letters", languages)
    wrong = check_house(law, paper, languages) + page_forms.faults(templates)
    if here is None:
        return wrong
    wrong += overlay.unread(here.workflows, here.templates) + speaking.faults(here, Path(path))
    wrong += own_letters.faults(templates / "letters", law.letter_names, here.letter_languages)
    return wrong + _unknown_regimes(law, here.regimes) + lint.faults(here, law, Path(path))


def check_notice(path: str, now: datetime) -> list[str]:
    """Whether the notice about the purposes is out of date: an error of `check`, at a start only a warning (L11)."""
    return lint.stale(installation.read(Path(path)), Path(path), now) if path else []


def doubts(path: str) -> list[str]:
    """What `check` warns of in an installation: no contradiction, and still worth a look (L4, D25)."""
    if not path:
        return []
    here = installation.read(Path(path))
    return lint.doubtful(here, Path(path)) + speaking.doubts(here, Path(path))


def check_house(law: Library, paper: Stationery, languages: tuple[str, ...]) -> list[str]:
    """Whether every guard, effect and letter that the workflows name exists; one line for each that does not."""
    unknown = [f"workflows: no guard is called {name}" for name in sorted(law.guard_names - guards.NAMES)]
    unknown += [f"workflows: no effect is called {name}" for name in sorted(law.effect_names - effects.NAMES)]
    unknown += stationery.check(paper, law.letter_names | HOUSE_LETTERS, languages)
    demanded = {code: content.letters for code, content in law.contents.items()}
    return unknown + stationery.check_contents(paper, demanded, languages)


def _unknown_regimes(law: Library, declared: tuple[str, ...]) -> list[str]:
    return [
        f"installation: regimes names {name}, which workflows/regimes does not have"
        for name in declared
        if name not in law.regimes
    ]
