"""Receipts at the door and without it: genuine ones are shown, all others told plainly, and no case is looked at."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno
from httpx2 import Response

from privacy_center.casework import cases, receipts, retention
from privacy_center.casework.receipts import Receipt
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from tests import builders
from tests.builders import ADA, MALLORY
from tests.casework.test_receipts import filed, pressed
from tests.conftest import Clock
from tests.house.tree import ROOT
from tests.trust import doors
from tests.trust.doors import visitor

KEYS = "/.well-known/privacy-center-keys.json"
SCRIPT = ROOT / "examples" / "check_receipt.py"


def changed(receipt: Receipt) -> str:
    """The same receipt as somebody would like it to be."""
    said = {**receipt.said, "at": "2020-01-01T00:00:00Z"}
    _, _, key, signature = receipt.compact.split(".")
    return f"PCR1.{receipts._letters(receipts.canonical(said))}.{key}.{signature}"


def wrong(receipt: Receipt) -> dict[str, str]:
    """What is no receipt of ours, each with what is said of it."""
    mark, payload, _key, signature = receipt.compact.split(".")
    return {
        changed(receipt): "changed after it was signed",
        f"{mark}.{payload}.{'0' * 16}.{signature}": "not signed here",
        receipt.compact[:-5]: "a part of it is missing",
        receipt.compact[30:]: "a part of it is missing",
        "A" * 5000: "a part of it is missing",
        "PR-0000-0000-0000": "a part of it is missing",
        "{{7*7}}": "a part of it is missing",
    }


async def paste(center: Center, text: str, email: str = "") -> Response:
    """Somebody without an account pastes something."""
    return await visitor(center).post("/receipts", data={"receipt": text, "email": email})


async def test_a_genuine_receipt_says_what_it_says_to_anybody(center: Center) -> None:
    reference, receipt = await filed(center)
    for answer in (await visitor(center).get(receipt.path), await paste(center, receipt.text)):
        assert answer.status_code == 200
        assert "This receipt is genuine" in answer.text
        assert reference in answer.text
        assert ADA not in answer.text
    assert receipt.proof not in (await visitor(center).get(receipt.path)).text


async def test_a_wrong_one_is_told_and_the_form_is_filled_again(center: Center) -> None:
    receipt = await pressed(center)
    before = await doors.rows(center)
    for text, why in wrong(receipt).items():
        answer = await paste(center, text)
        assert answer.status_code == 422, text
        assert why in answer.text
        assert text[:1000] in answer.text
        page = await visitor(center).get(f"/receipts/{text}")
        assert page.status_code == 404, text
        assert why in page.text
        for method, path in (("GET", "picture.svg"), ("POST", "text")):
            assert (await visitor(center).request(method, f"/receipts/{text}/{path}")).status_code == 404
    assert (await paste(center, "")).status_code == 422
    assert (await paste(center, "x" * 2_000_000)).status_code == 413
    assert await doors.rows(center) == before


async def test_it_shows_mallory_nothing_of_a_case(center: Center, clock: Clock) -> None:
    """The page is the same whether the case stands, is closed, forgotten or never was (D15)."""
    reference = await builders.a_case(center, "denied")
    receipt = receipts.issue(center.house, {"about": "request", "ref": reference}, digest=None)
    before = (await visitor(center).get(receipt.path)).text
    unknown = receipts.issue(center.house, {"about": "request", "ref": "PR-0000-0000-0000"}, digest=None)
    never = (await visitor(center).get(unknown.path)).text
    clock.forward(days=4000)
    async with center.work(by=CLOCK) as work:
        await retention.forget(work, await cases.locked(work, reference))
    assert (await visitor(center).get(receipt.path)).text == before
    blank = before.replace(receipt.compact, "R").replace(reference, "R")
    assert never.replace(unknown.compact, "R").replace("PR-0000-0000-0000", "R") == blank
    for word in ("denied", "closed", "Denied", "Closed"):
        assert word not in before


@pytest.mark.parametrize(
    ("email", "proved", "status", "words"),
    [
        (ADA, True, 200, "It was given to this address."),
        (" ADA@people.example ", True, 200, "It was given to this address."),
        (MALLORY, True, 200, "It was not given to this address"),
        (ADA, False, 422, "the proof is needed"),
        ("ada", True, 422, "in the right form"),
    ],
)
async def test_whose_it_is_only_its_owner_can_show(
    center: Center, email: str, proved: bool, status: int, words: str
) -> None:
    receipt = await pressed(center)
    answer = await paste(center, receipt.text if proved else receipt.compact, email)
    assert answer.status_code == status
    assert words in answer.text


async def test_a_receipt_of_a_browser_is_nobody_s(center: Center) -> None:
    answer = await paste(center, (await pressed(center, None)).text, ADA)
    assert answer.status_code == 422
    assert "about nobody in person" in answer.text


async def test_the_picture_is_the_address(center: Center) -> None:
    receipt = await pressed(center)
    answer = await visitor(center).get(f"{receipt.path}/picture.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    parts = [("http://localhost:8000/receipts/",), (receipt.compact,)]
    code = segno.make(parts, micro=False)  # type: ignore[arg-type]  # its stub knows of one part only
    assert dots(answer.text) == {
        (row, column) for row, line in enumerate(code.matrix_iter(border=4)) for column, dark in enumerate(line) if dark
    }
    assert int(str(code.version)) <= 20  # larger ones are hard to read from a screen


def dots(svg: str) -> set[tuple[int, int]]:
    """The dark squares of a picture, as row and column."""
    path = next(part for part in ElementTree.fromstring(svg).iter() if part.get("stroke"))  # noqa: S314 (our own)
    found, column, row = set(), 0.0, 0.0
    for act, first, second in re.findall(r"([Mmh])\s*(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path.attrib["d"]):
        if act == "h":
            found |= {(int(row), at) for at in range(int(column), int(column) + int(first))}
            column += float(first)
        else:
            column, row = (column, row) if act == "m" else (0.0, 0.0)
            column, row = column + float(first), row + float(second)
    return found


async def test_the_file_is_the_text_with_the_proof_of_the_form(center: Center) -> None:
    receipt = await pressed(center)
    answer = await visitor(center).post(f"{receipt.path}/text", data={"proof": receipt.proof})
    assert answer.text == receipt.text
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{receipt.said["ref"]}.txt"'
    for proof in ("", "x", "A" * 25 + "\n", "<script>"):
        answer = await visitor(center).post(f"{receipt.path}/text", data={"proof": proof})
        assert "Proof:" not in answer.text


async def test_the_requester_finds_it_on_the_page_of_the_request(center: Center) -> None:
    reference, receipt = await filed(center)
    await builders.prove(center, reference)
    page = (await (await doors.requester(center, reference)).get(f"/requests/{reference}")).text
    assert receipt.address in page
    assert receipt.proof in page
    assert receipt.compact not in (await visitor(center).get(f"/requests/{reference}")).text


async def test_the_keys_are_published_with_their_time(center: Center) -> None:
    answer = await visitor(center).get(KEYS)
    (listed,) = answer.json()["keys"]
    ours = center.house.signer.public_keys()
    assert {listed["id"]: listed["public"]} == ours
    assert (listed["type"], listed["from"], listed["until"]) == ("Ed25519", "2026-11-24T16:01:00+00:00", None)


async def test_the_script_of_the_docs_checks_it_offline(center: Center, tmp_path: Path) -> None:
    receipt = await pressed(center)
    keys = tmp_path / "keys.json"
    keys.write_bytes((await visitor(center).get(KEYS)).content)

    def run(text: str, *more: str) -> tuple[int, str]:
        copy = tmp_path / "receipt.txt"
        copy.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, SCRIPT, keys, copy, *more], capture_output=True, text=True, cwd=tmp_path)
        assert not done.stderr
        return done.returncode, done.stdout

    status, said = run(receipt.text, ADA)
    assert status == 0
    assert said.startswith("GENUINE\n")
    assert f"ref: {receipt.said['ref']}" in said
    assert f"given to {ADA}: yes" in said
    assert f"given to {MALLORY}: NO" in run(receipt.text, MALLORY)[1]
    assert f"given to {ADA}: NO" in run(receipt.compact, ADA)[1]
    assert run(changed(receipt)) == (1, "CHANGED: it is not what was signed.\n")
    assert run(receipt.text[:-200])[1].startswith("NO RECEIPT")
    keys.write_text(json.dumps({"keys": []}), encoding="utf-8")
    assert run(receipt.text)[1].startswith("FOREIGN")


def test_the_docs_have_the_whole_script() -> None:
    assert SCRIPT.read_text(encoding="utf-8") in (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")
