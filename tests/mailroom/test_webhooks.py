"""Webhooks: signed so that others can check them, checked when they come to us, and answers read with care (S19)."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from privacy_center.mailroom import webhooks
from privacy_center.mailroom.outbound import Answer, post
from privacy_center.mailroom.webhooks import PAUSES, Became, Forged, Outcome
from tests.house.tree import ROOT
from tests.recipient import answers, recipient

NOW = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)
VECTORS = json.loads((ROOT / "tests" / "vendor" / "standard_webhooks_vectors.json").read_text(encoding="utf-8"))
OURS = {vector["name"]: vector for vector in VECTORS["ours"]}
GOOD = [VECTORS["published"], OURS["hmac"], OURS["rotation: old and new secret"]]
BAD = [vector for name, vector in OURS.items() if name.startswith("bad:")]
KEY, OLDER = b"k" * 32, b"o" * 32
BODY = b'{"type":"webhook.test"}'


def raws(vector: dict[str, Any]) -> list[bytes]:
    """The secrets of a vector as bytes."""
    told = vector["secrets"] if "secrets" in vector else [vector["secret"]]
    return [base64.b64decode(each.removeprefix("whsec_")) for each in told]


def given(vector: dict[str, Any]) -> dict[str, str]:
    """The headers of a vector, spelled as others spell them."""
    values = (vector["id"], str(vector["timestamp"]), vector["signature"])
    return dict(zip(("Webhook-Id", "WEBHOOK-TIMESTAMP", "webhook-signature"), values, strict=True))


def moment(vector: dict[str, Any]) -> datetime:
    """When a vector is checked."""
    return datetime.fromtimestamp(vector.get("now", vector["timestamp"]), UTC)


# ---------------------------------------------------------------- signing and checking


@pytest.mark.parametrize("vector", GOOD)
def test_we_sign_as_the_standard_says(vector: dict[str, Any]) -> None:
    signed = webhooks.headers(vector["id"], moment(vector), vector["body"].encode(), raws(vector))
    assert signed["webhook-signature"] == vector["signature"]
    assert (signed["webhook-id"], signed["webhook-timestamp"]) == (vector["id"], str(vector["timestamp"]))
    assert signed["content-type"] == "application/json"


@pytest.mark.parametrize("vector", GOOD)
def test_we_believe_what_the_standard_says(vector: dict[str, Any]) -> None:
    for secret in raws(vector):
        webhooks.verify(given(vector), vector["body"].encode(), [secret], moment(vector))


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["name"])
def test_we_do_not_believe_what_was_changed_or_is_old(vector: dict[str, Any]) -> None:
    assert vector["expect"] == "reject"
    with pytest.raises(Forged):
        webhooks.verify(given(vector), vector["body"].encode(), raws(vector), moment(vector))


def test_a_secret_is_told_as_the_standard_says() -> None:
    assert webhooks.secret(raws(OURS["hmac"])[0]) == OURS["hmac"]["secret"]
    assert webhooks.secret(raws(VECTORS["published"])[0]) == VECTORS["published"]["secret"]
    for wrong in (b"", b"x" * 23, b"x" * 65):
        with pytest.raises(ValueError, match="24 to 64"):
            webhooks.secret(wrong)


def test_the_other_side_may_change_its_secret_in_its_own_time() -> None:
    signed = webhooks.headers("msg_1", NOW, BODY, [KEY, OLDER])
    for secrets in ([KEY], [OLDER], [b"n" * 32, OLDER]):
        webhooks.verify(signed, BODY, secrets, NOW)


def test_the_id_is_the_same_at_every_try_and_the_moment_is_not() -> None:
    first, second = (webhooks.headers("msg_1", NOW + timedelta(hours=n), BODY, [KEY]) for n in (0, 2))
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 7200
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("message_id", ["", "a.b", "msg_1.1614265330"])
def test_an_id_that_could_move_the_border_is_neither_signed_nor_believed(message_id: str) -> None:
    with pytest.raises(ValueError, match="dot"):
        webhooks.headers(message_id, NOW, BODY, [KEY])
    at = str(int(NOW.timestamp()))
    digest = hmac.digest(KEY, f"{message_id}.{at}.".encode() + BODY, hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    signed = {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": signature}
    with pytest.raises(Forged):
        webhooks.verify(signed, BODY, [KEY], NOW)


@pytest.mark.parametrize(("seconds", "believed"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_the_window_is_five_minutes_both_ways(seconds: int, believed: bool) -> None:
    signed = webhooks.headers("msg_1", NOW + timedelta(seconds=seconds), BODY, [KEY])
    if believed:
        webhooks.verify(signed, BODY, [KEY], NOW)
    else:
        with pytest.raises(Forged, match="old"):
            webhooks.verify(signed, BODY, [KEY], NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "\u0661\u0662"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": " , ,, v1,\u00fc v1,===="},
        {"webhook-signature": "v1," + "A" * 43 + "="},
        {"webhook-signature": "v1a," + "A" * 86 + "=="},
    ],
)
def test_headers_that_are_changed_missing_or_rubbish_are_forged(changed: dict[str, str]) -> None:
    signed = webhooks.headers("msg_1", NOW, BODY, [KEY])
    with pytest.raises(Forged) as raised:
        webhooks.verify({**signed, **changed}, BODY, [KEY], NOW)
    assert "msg_" not in raised.value.why


def test_a_good_signature_counts_beside_others_and_only_under_its_name() -> None:
    signed = webhooks.headers("msg_1", NOW, BODY, [KEY])
    good = signed["webhook-signature"]
    webhooks.verify({**signed, "webhook-signature": f"v1a,AAAA v1,AAAA {good}"}, BODY, [KEY], NOW)
    for wrong in (good.replace("v1,", "v2,"), good.removeprefix("v1,"), good.lower(), good[:-1]):
        with pytest.raises(Forged):
            webhooks.verify({**signed, "webhook-signature": wrong}, BODY, [KEY], NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(Forged):
        webhooks.verify(webhooks.headers("msg_1", NOW, BODY, [KEY]), BODY, [], NOW)


# ---------------------------------------------------------------- reading answers


def read(status: int, body: bytes = b"", **headers: str) -> Outcome:
    """How an answer is read now; `retry_after="7"` becomes the header."""
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return webhooks.read(Answer(status, lower, body), now=NOW)


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        (200, "completed", Became.done),
        (202, "completed", Became.done),
        (200, "no_data", Became.nothing_held),
        (200, "accepted", Became.accepted),
        (202, "in_progress", Became.accepted),
        (200, "on_hold", Became.accepted),
        (200, "skipped", Became.refused),
        (200, "needs_human", Became.refused),
        (200, "reject_request", Became.refused),
        (200, "failed", Became.refused),
        (500, "completed", Became.again),
        (404, "completed", Became.refused),
        (410, "completed", Became.gone),
        (302, "completed", Became.refused),
        (204, "failed", Became.nothing_held),
    ],
)
def test_a_word_counts_with_a_good_status_only(status: int, word: str, expected: Became) -> None:
    assert read(status, json.dumps({"status": word}).encode()).became is expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((200, 201, 202, 205, 299), Became.accepted),
        ((204,), Became.nothing_held),
        ((300, 301, 302, 303, 304, 307, 308), Became.refused),
        ((400, 404, 405, 409, 413, 422, 451, 600, 999), Became.refused),
        ((401, 403), Became.unauthorised),
        ((410,), Became.gone),
        ((408, 425, 429, 500, 501, 502, 503, 504, 599), Became.again),
    ],
)
def test_a_status_without_a_body_is_read(statuses: tuple[int, ...], expected: Became) -> None:
    assert {read(status).became for status in statuses} == {expected}


@pytest.mark.parametrize(
    "body",
    [
        *(b"OK", b"<html>completed</html>", b"\xff\xfe\x00", b"\x00", b" \r\n", b"null", b"[]", b'"completed"', b"1"),
        *(b"{}", b'{"status":null}', b'{"status":["completed"]}', b'{"status":{"completed":1}}', b'{"status":true}'),
        *(b'{"status":"COMPLETED"}', b'{"status":"completed "}', b'{"status":"done"}', b'{"Status":"completed"}'),
        *(b'[{"status":"completed"}]', b'{"data":{"status":"completed"}}', b'{"status":"completed"', b'{"a":NaN}'),
        *(
            b'{"status":"failed","status":"completed"}',
            b"[" * 60000,
            b'{"a":' * 10000,
            b"9" * 60000,
            b'{"status":"\\ud800"}',
        ),
    ],
)
def test_a_body_that_says_nothing_clear_is_never_taken_for_done(body: bytes) -> None:
    for status in (200, 202):
        assert read(status, body).became is Became.accepted
    assert read(500, body).became is Became.again


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("0", 0),
        ("86400", 86400),
        ("999999", 86400),
        ("9" * 9000, 86400),
        ("Tue, 24 Nov 2026 16:02:00 GMT", 60),
        ("Tuesday, 24-Nov-26 16:02:00 GMT", 60),
        ("Tue Nov 24 16:02:00 2026", 60),
        ("Tue, 24 Nov 2026 17:02:00 +0100", 60),
        ("Tue, 24 Nov 2026 15:00:00 GMT", 0),
        ("Tue, 24 Nov 2099 16:02:00 GMT", 86400),
        *(
            (rubbish, 0)
            for rubbish in ("", "-5", "1.5", "soon", "\u0661", "Tue, 99 Nov 2026 99:99:99 GMT", "1 2 3", ",")
        ),
        *(
            (rubbish, 0)
            for rubbish in ("Tue, 24 Nov 99999 16:02:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "(" * 9000)
        ),
    ],
)
def test_they_say_when_to_come_again_within_a_day(said: str, seconds: int) -> None:
    for status in (429, 503):
        assert read(status, retry_after=said) == Outcome(Became.again, f"it cannot answer now ({status})", seconds)


def test_only_who_cannot_answer_now_says_when_to_come_again() -> None:
    assert {read(status, retry_after="7").pause for status in (200, 302, 400, 401, 410)} == {0}


def test_what_we_note_never_quotes_them() -> None:
    body = b'{"status":"failed","message":"Ada Lovelace, ada@home.example, is no customer"}'
    for status in (200, 204, 302, 400, 401, 410, 429, 500):
        assert not re.search(
            "ada|home|customer", read(status, body, location="https://ada.example/").why, re.IGNORECASE
        )


def test_the_pauses_are_those_of_the_standard_and_grow() -> None:
    assert PAUSES == (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert list(PAUSES) == sorted(PAUSES)


# ---------------------------------------------------------------- over a real connection


async def test_a_signed_call_arrives_so_that_it_can_be_checked() -> None:
    with recipient(answers(200, b'{"status":"completed"}')) as server:
        answer = await post(server.url, webhooks.headers("msg_1", NOW, BODY, [KEY]), BODY, loopback=True)
        (came,) = server.calls
    webhooks.verify(came.headers, came.body, [KEY], NOW)
    assert webhooks.read(answer, now=NOW) == Outcome(Became.done, "done")


async def test_a_busy_recipient_is_called_again_and_then_done() -> None:
    with recipient(answers(204)) as server:
        server.then = [answers(429, retry_after="7"), answers(503)]
        headers = webhooks.headers("msg_1", NOW, BODY, [KEY])
        read = [webhooks.read(await post(server.url, headers, BODY, loopback=True), now=NOW) for _ in range(3)]
    assert [(each.became, each.pause) for each in read] == [
        (Became.again, 7),
        (Became.again, 0),
        (Became.nothing_held, 0),
    ]
