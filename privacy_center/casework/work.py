"""A unit of work: one transaction, one moment, one actor, and the house they work in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from privacy_center.casework.offers import Offered
from privacy_center.catalogues import Catalogues
from privacy_center.installation import Installation
from privacy_center.law.clock import local_day
from privacy_center.law.library import Controller, Library
from privacy_center.law.regimes import Regime
from privacy_center.law.terms import Role
from privacy_center.law.workflows import Workflow
from privacy_center.links import Links
from privacy_center.mailroom.stationery import Stationery
from privacy_center.records.jobs import Jobs
from privacy_center.records.sealed import Keyring
from privacy_center.signing import Signer


@dataclass(frozen=True, slots=True)
class House:
    """What the rooms share: the law, the keys, the stationery. Built once by the center."""

    installation: Installation
    library: Library
    keys: Keyring
    links: Links
    stationery: Stationery
    jobs: Jobs
    base_url: str
    files: Path | None
    offers: Mapping[str, Offered]
    signer: Signer
    catalogues: Catalogues
    past_workflows: dict[str, Workflow] = field(default_factory=dict)
    past_regimes: dict[str, Regime] = field(default_factory=dict)

    @property
    def controller(self) -> Controller:
        """What the law asks of whoever runs this house."""
        here = self.installation
        return Controller(here.controller.country, here.controller.timezone, here.regimes)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step. `mailbox` is the blind index of a member of staff's own address (D21)."""

    role: Role
    staff_id: UUID | None = None
    mailbox: str | None = None
    fresh_for: UUID | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """A lead may do all that a handler may."""
        return frozenset({self.role, Role.handler}) if self.role is Role.lead else frozenset({self.role})


REQUESTER = Actor(Role.requester)
CLOCK = Actor(Role.clock)
OPERATOR = Actor(Role.admin)


@dataclass(slots=True)
class Work:
    """One transaction under way. Below a door nothing commits, opens or looks at the clock."""

    session: AsyncSession
    now: datetime
    by: Actor
    house: House

    @property
    def today(self) -> date:
        """The controller's own day."""
        return local_day(self.now, timezone=self.house.installation.controller.timezone)
