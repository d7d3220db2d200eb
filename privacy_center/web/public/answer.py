"""What takes a fresh code: fetching an answer, and ending one's own request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import alarms, announcements, budget, packages, sessions, sign_in, steps, vault
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.law.terms import Disposition
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.web import access, forms
from privacy_center.web.public.home import pages

PURPOSES = ("package", "withdraw")
WRONG = Phrase("This code does not fit, or it has expired. Check the newest mail, or ask for another.")


async def send_code(request: Request) -> Response:
    """POST /requests/{reference}/code"""
    form = await forms.read(request)
    purpose = form.text("purpose") if form.text("purpose") in PURPOSES else "package"
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        _, case = await access.own_case(work, request, lock=True)
        await sign_in.send_fresh(work, case)
    return access.see_other(f"/requests/{case.reference}/{purpose}")


async def package(request: Request) -> Response:
    """GET, POST /requests/{reference}/package: the answer, after a fresh code (U22)."""
    if request.method == "POST":
        return await _answer_code(request, "package")
    async with access.looking(request) as work:
        visitor, case = await access.own_case(work, request)
        if case.disposition not in (Disposition.fulfilled, Disposition.partly_fulfilled):
            raise Refused(Phrase("There is no answer to fetch yet."))
        if not sessions.is_fresh(work, visitor, case):
            return await _fresh_page(work, request, case, "package")
        context = await _package(work, case)
    return pages(request).render(request, "public/package.html", context)


async def _package(work: Work, case: Case) -> dict[str, Any]:
    texts = await vault.texts(work, case)
    answer = [t for t in texts if t.kind in ("fulfil", "fulfil_partly", "apply")]
    known = work.house.library.contents
    contents: list[dict[str, str]] = [
        {"title": known[code].title, "text": vault.words(work, text)}
        for text in texts
        if (code := text.kind.removeprefix("content_")) != text.kind and code in known
    ]
    told = [vault.words(work, text) for text in texts if text.kind == announcements.CORRECTED]
    contents += [{"title": Phrase("What we told those who were given your data"), "text": words} for words in told[-1:]]
    rows = await packages.files(work, case)
    return {
        "reference": case.reference,
        "title": _title(work, case),
        "text": vault.words(work, answer[-1]) if answer else "",
        "contents": contents,
        "files": [
            {
                "href": f"/requests/{case.reference}/package/{row.id}",
                "name": packages.name(work, row),
                "size": row.size,
                "sha256": row.sha256,
            }
            for row in rows
        ],
        "until": packages.until(rows),
        "expired": not rows and await packages.had_files(work, case),
    }


async def download(request: Request) -> Response:
    """GET /requests/{reference}/package/{file}: one file. The fetch is a look: it leaves a trace."""
    async with access.center(request).work(by=REQUESTER) as work:
        visitor, case = await access.own_case(work, request, lock=True)
        if not sessions.is_fresh(work, visitor, case):
            raise NotFound
        upload = await packages.fetch(work, case, request.path_params["file"])
    headers = {
        "Content-Disposition": packages.disposition(upload.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(upload.content, media_type="application/octet-stream", headers=headers)


async def withdraw(request: Request) -> Response:
    """GET, POST /requests/{reference}/withdraw (D14): only from a freshly proved session."""
    if request.method == "POST":
        form = await forms.read(request)
        if form.text("confirm") != "yes":
            return await _answer_code(request, "withdraw", code=form.text("code"))
        return await _withdraw(request)
    async with access.looking(request) as work:
        visitor, case = await access.own_case(work, request)
        if not sessions.is_fresh(work, visitor, case):
            return await _fresh_page(work, request, case, "withdraw")
        context = {"reference": case.reference, "title": _title(work, case)}
    return pages(request).render(request, "public/withdraw.html", context)


async def _withdraw(request: Request) -> Response:
    async with access.center(request).work(by=REQUESTER) as work:
        visitor, case = await access.own_case(work, request, lock=True)
        await alarms.catch_up(work, case)
        work.by = sessions.requester(work, visitor, case)
        await steps.take(work, case, "withdraw")
    return access.see_other(f"/requests/{case.reference}")


async def _answer_code(request: Request, purpose: str, *, code: str | None = None) -> Response:
    typed = code if code is not None else (await forms.read(request)).text("code")
    async with access.center(request).work(by=REQUESTER) as work:
        visitor, case = await access.own_case(work, request)
        right = await sign_in.answer_fresh(work, visitor, case, typed)
    if right:
        return access.see_other(f"/requests/{case.reference}/{purpose}")
    async with access.looking(request) as work:
        return await _fresh_page(work, request, case, purpose, errors={"code": WRONG})


async def _fresh_page(
    work: Work, request: Request, case: Case, purpose: str, *, errors: Mapping[str, str] | None = None
) -> Response:
    context = {
        "reference": case.reference,
        "title": _title(work, case),
        "purpose": purpose,
        "sent": await sign_in.was_sent(work, case),
        "masked": vault.masked(vault.address(work, await vault.mailbox(work, case))),
        "errors": errors or {},
    }
    return pages(request).render(request, "public/fresh.html", context, status=422 if errors else 200)


def _title(work: Work, case: Case) -> str:
    return work.house.library.workflow_for(case.right).infos[case.right].title
