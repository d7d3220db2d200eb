"""The page of the choices: one press says no, at once and to whoever presses; a yes takes two (D3, D5, U2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import fingerprints, ledger, preferences, receipts
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.work import REQUESTER
from privacy_center.links import LIFETIMES, LinkInvalid, Purpose
from privacy_center.phrases import Phrase
from privacy_center.records.preference import Choice, Source
from privacy_center.web import access, choice_cookie, forms, signal
from privacy_center.web.choice_cookie import Kept
from privacy_center.web.errors import RETRY_AFTER
from privacy_center.web.forms import Form
from privacy_center.web.public import choosing, proved
from privacy_center.web.public.choosing import NOBODY, Mine, Result
from privacy_center.web.public.home import pages

WRONG_ADDRESS = Phrase(
    "Enter your e-mail address in the right form, like name@example.com. Your opt-out in this browser stands."
)
NO_PURPOSE = Phrase("We did not see what this is about, so nothing was changed. Press one of the buttons below.")
GONE = Phrase("We no longer do one of the things you said no to, so it is not listed. Your no to the others stands.")
NO_CHOICE = Phrase("We did not see whether you said no or yes, so nothing was changed. Press one of the buttons below.")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form asks for. `gone`: it also named something that this house does not do."""

    purposes: tuple[str, ...]
    choice: Choice | None
    gone: bool
    typed: str = field(repr=False)
    confirmed: bool

    @classmethod
    def of(cls, request: Request, form: Form) -> "Wish":
        """Where a field came twice with different words, the no counts (D3)."""
        named = dict.fromkeys(form.texts("purpose"))
        offers, words = access.center(request).house.offers, form.texts("choice")
        known = tuple(name for name in named if name in offers)
        choice = next((said for said in (Choice.out, Choice.in_) if said.value in words), None)
        return cls(known, choice, len(known) < len(named), form.text("email").strip(), form.text("confirm") == "yes")


async def choices(request: Request) -> Response:
    """GET, POST /choices. No budget stands before it: everybody may say no, however many they are."""
    if request.method != "POST":
        return await _show(request)
    wish = Wish.of(request, await forms.read(request))
    if not wish.purposes:
        return await _show(request, {"purpose": NO_PURPOSE})
    if wish.choice is None:
        return await _show(request, {"purpose": NO_CHOICE})
    return await (_no if wish.choice is Choice.out else _yes)(request, wish)


async def _show(request: Request, errors: Mapping[str, str] | None = None) -> Response:
    """What stands, without changing it. The cookie's life begins anew."""
    kept, mine = choice_cookie.of(request), await _mine(request)
    context = choosing.context(request, kept, mine) | {"proofs": await proved.of(request)}
    answer = _page(request, context, errors or {}, status=422 if errors else 200)
    if kept:
        choice_cookie.put(request, answer, kept)
    return answer


async def _mine(request: Request) -> Mine:
    """What the person in session has said everywhere. While the records are away the browser's own choice is shown."""
    if not access.cookie(request, access.REQUESTER_COOKIE):
        return NOBODY
    try:
        async with access.looking(request) as work:
            who = await access.own_identity(work, request)
            said = await preferences.said_by(work, who) if who else {}
            return Mine(who.value, said, await ledger.of_standing(work, said)) if who else NOBODY
    except (SQLAlchemyError, OSError) as error:
        log.warning("choices_not_read", error=type(error).__name__)
        return NOBODY


async def _no(request: Request, wish: Wish) -> Response:
    """At once for this browser; for an address that was typed or is in session, on every device (U28, L12)."""
    typed = fingerprints.named("email", wish.typed) if wish.typed else None
    errors = {"email": WRONG_ADDRESS} if wish.typed and typed is None else {}
    errors |= {"purpose": GONE} if wish.gone else {}
    said = Said(wish.purposes, Source.button)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            own = await access.own_identity(work, request)
            people = list({who.digest: who for who in (typed, own) if who}.values())
            everyone: list[Identity | None] = [*people] or [None]
            written = [await preferences.say_no(work, said, identity=who) for who in everyone]
            signed = tuple(receipts.of_press(work, p, who) for p, who in zip(written, everyone, strict=True))
            result = Result(Choice.out, work.now, wish.purposes, tuple(who.value for who in people), signed)
    except (SQLAlchemyError, OSError) as error:
        # Whatever keeps us from writing it down does not keep the browser from keeping it.
        log.error("choice_not_recorded", error=type(error).__name__)
        result = Result(Choice.out, access.center(request).now(), wish.purposes)
    return await _done(request, wish, result, errors)


async def _yes(request: Request, wish: Wish) -> Response:
    """Only after a page that showed the notice, and for an identity only where this session has proved it (D5)."""
    shown_at = _shown_at(request, wish)
    if not wish.confirmed or shown_at is None:
        return await _ask(request, wish)
    async with access.center(request).work(by=REQUESTER) as work:
        own = await access.own_identity(work, request)
        version = work.house.installation.notice_version
        consent = Consent(version, shown_at=shown_at, given_at=work.now, signal=signal.came(request))
        said = Said(wish.purposes, Source.button)
        pressed = await preferences.say_yes(work, said, consent, identity=own)
        signed = receipts.of_press(work, pressed, own)
    people = (own.value,) if own else ()
    return await _done(request, wish, Result(Choice.in_, pressed.at, wish.purposes, people, (signed,)), {})


async def _done(request: Request, wish: Wish, result: Result, errors: Mapping[str, str]) -> Response:
    """The page with what this press did; the browser keeps the choice."""
    signalled = result.choice is Choice.in_ and signal.came(request)
    said = dict.fromkeys(wish.purposes, Kept(result.choice, result.at, signalled))
    kept = {**choice_cookie.of(request), **said}
    context = choosing.context(request, kept, await _mine(request), result) | {"proofs": await proved.of(request)}
    status = 503 if not result.receipts else 422 if errors else 200
    headers = {"Retry-After": str(RETRY_AFTER)} if status == 503 else None
    answer = _page(request, context, errors, typed=wish.typed, status=status, headers=headers)
    choice_cookie.put(request, answer, kept)
    if result.choice is Choice.in_:
        access.drop_cookie(request, answer, access.NOTICE_COOKIE)
    return answer


async def _ask(request: Request, wish: Wish) -> Response:
    """Is a yes meant? Nothing has changed yet."""
    house = access.center(request).house
    mine = await _mine(request)
    context = {
        "offers": [house.offers[name] for name in wish.purposes],
        "mine": mine,
        "notice_version": house.installation.notice_version,
    }
    answer = pages(request).render(request, "public/choices_yes.html", context)
    life = int(LIFETIMES[Purpose.notice].total_seconds())
    access.set_cookie(request, answer, access.NOTICE_COOKIE, _mark(request, wish), max_age=life)
    return answer


def _mark(request: Request, wish: Wish) -> str:
    """Signed: which notice was shown about what, and when. Times and proofs are never taken from a form (S34)."""
    center = access.center(request)
    shown = f"{center.now().isoformat()} {_about(request, wish)}"
    return center.house.links.sign(Purpose.notice, shown)


def _about(request: Request, wish: Wish) -> str:
    return " ".join([access.center(request).house.installation.notice_version, *wish.purposes])


def _shown_at(request: Request, wish: Wish) -> datetime | None:
    """When this browser was shown the present notice about just these purposes, within the last hour; else None."""
    center = access.center(request)
    try:
        mark = center.house.links.read(Purpose.notice, access.cookie(request, access.NOTICE_COOKIE) or "")
    except LinkInvalid:
        return None
    moment, _, about = mark.partition(" ")
    shown_at = datetime.fromisoformat(moment)
    fresh = timedelta() <= center.now() - shown_at <= LIFETIMES[Purpose.notice]
    return shown_at if fresh and about == _about(request, wish) else None


def _page(
    request: Request,
    context: Mapping[str, object],
    errors: Mapping[str, str],
    *,
    typed: str = "",
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Response:
    values = {"email": typed[:254] if status in {422, 503} else ""}  # what did not count stays to be sent again
    shown = {**context, "errors": errors, "values": values}
    return pages(request).render(request, "public/choices.html", shown, status=status, headers=headers)
