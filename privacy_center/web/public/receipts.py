"""Receipts: anybody can check one here, without an account; what is shown is what it says itself, and no more (D15)."""

import io
import re
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import fingerprints, receipts
from privacy_center.casework.receipts import Checked, NotGenuine, Receipt
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import REQUESTER
from privacy_center.phrases import Phrase
from privacy_center.web import access, forms, speech
from privacy_center.web.public.home import pages

PROOF = re.compile(r"[A-Z2-7]{26}")
NO_EMAIL = Phrase("Enter an e-mail address in the right form, like name@example.com.")
NO_PROOF = Phrase(
    "For this the proof is needed: paste both lines, the receipt and “Proof: …”, as they stand in your copy."
)
NOBODY = Phrase("This receipt is about a browser and about nobody in person: leave the address out.")


async def check(request: Request) -> Response:
    """GET, POST /receipts: a form to paste a receipt into, and what it says. Nothing is kept."""
    if request.method != "POST":
        return _page(request, {}, {})
    form = await forms.read(request)
    values = {"receipt": form.text("receipt"), "email": form.text("email")}
    try:
        compact, proof = receipts.found(values["receipt"])
        checked = await _checked(request, compact)
    except NotGenuine as wrong:
        return _page(request, values, {"receipt": wrong.why}, status=422)
    theirs, why = _is_for(checked.receipt, proof, values["email"])
    if why:
        return _page(request, values, {"email": why}, status=422)
    return _page(request, {}, {}, checked=checked, proof=proof, theirs=theirs)


def _is_for(receipt: Receipt, proof: str, email: str) -> tuple[bool | None, str]:
    """Whether it was given to this address, if somebody asks, and what is missing where that cannot be told."""
    if not email.strip():
        return None, ""
    identity = fingerprints.named("email", email)
    if identity is None:
        return None, NO_EMAIL
    if "person" not in receipt.said:
        return None, NOBODY
    if not proof:
        return None, NO_PROOF
    try:
        return receipts.is_for(receipt.said, proof, identity), ""
    except NotGenuine:
        return False, ""


async def receipt(request: Request) -> Response:
    """GET /receipts/{receipt}: the same for a receipt in the address, as its picture has it."""
    try:
        checked = await _checked(request, request.path_params["receipt"])
    except NotGenuine as wrong:
        return _page(request, {}, {"receipt": wrong.why}, status=404)
    return _page(request, {}, {}, checked=checked)


async def picture(request: Request) -> Response:
    """GET /receipts/{receipt}/picture.svg: its address as a QR code, dark on white in any scheme."""
    found = await _genuine(request)
    # In two parts: the capital letters and digits of the second take fewer dots.
    parts: Any = [(f"{found.house.base_url}/receipts/",), (found.compact,)]  # segno's stub knows of one part only
    code = segno.make(parts, micro=False)
    written = io.BytesIO()
    code.save(written, kind="svg", border=4, scale=4, dark="#000", light="#fff")
    return Response(written.getvalue(), media_type="image/svg+xml")


async def save(request: Request) -> Response:
    """POST /receipts/{receipt}/text: the receipt as a file; the proof comes with the form and never in an address."""
    found = await _genuine(request)
    proof = (await forms.read(request)).text("proof")
    kept = Receipt(found.house, found.compact, found.said, proof if PROOF.fullmatch(proof) else "")
    name = re.sub(r"[^A-Z0-9-]", "", str(found.said.get("ref", "")))
    headers = {"Content-Disposition": f'attachment; filename="receipt-{name}.txt"'}
    return Response(kept.text_in(speech.catalogue(request)), media_type="text/plain; charset=utf-8", headers=headers)


async def _genuine(request: Request) -> Receipt:
    try:
        return (await _checked(request, request.path_params["receipt"])).receipt
    except NotGenuine:
        raise NotFound from None


async def _checked(request: Request, compact: str) -> Checked:
    async with access.center(request).reading(by=REQUESTER) as work:
        return await receipts.check(work, compact)


def _page(
    request: Request,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    checked: Checked | None = None,
    proof: str = "",
    theirs: bool | None = None,
    status: int = 200,
) -> Response:
    found = checked.receipt if checked else None
    context: dict[str, Any] = {
        "values": {"receipt": values.get("receipt", "")[: receipts.LONGEST], "email": values.get("email", "")},
        "errors": errors,
        "receipt": Receipt(found.house, found.compact, found.said, proof) if found else None,
        "key": checked.key if checked else None,
        "zone": access.center(request).house.installation.controller.timezone,
        "theirs": theirs,
    }
    return pages(request).render(request, "public/receipts.html", context, status=status)
