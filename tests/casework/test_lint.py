"""The lint of choices: an installation whose opt-out would be fined is refused, with file, line, rule and case."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy_center import center as center_module
from privacy_center import installation, places
from privacy_center import settings as settings_module
from privacy_center.casework import lint, page_forms
from privacy_center.law import library
from privacy_center.law.library import Contradictions, Library
from tests import processes
from tests.conftest import A_TUESDAY, NORTHWIND
from tests.mailbox import Mailbox

TEXT = NORTHWIND.read_text(encoding="utf-8")
HANDOFF = 'handoff = "https://northwind-outlet.example/privacy-choice"'
SHOP = 'host = "shop.northwind.example"'
OFF = 'every_hours = 0\nanswer_hours = 12\ndomain = "probes.northwind.example"'
ON = OFF.replace("0", "24", 1)
CART = "https://northwind-outlet.example/cart"
WHAT = [
    # what is changed                        into                                       the key         what is said
    ('asks = ["email"]', 'asks = ["email", "name"]', "asks", "2 fields", "L1; Honda, CPPA, March 2025"),
    ('asks = ["email"]', 'asks = ["photo"]', "asks", "'photo', a field that the page", "L1; Honda"),
    ("verify = false", "verify = true", "verify", "needs no verification", "Ford, CalPrivacy, March 2026"),
    ("steps_out = 2\nsteps_in = 3", "steps_out = 4\nsteps_in = 3", "steps_out", "is 4 where 3", "L3; Honda"),
    ("steps_out = 2\nsteps_in = 3", "steps_out = 0\nsteps_in = 3", "steps_out", "is 0 where 3", "L3; Honda"),
    ("notice = 2026-11-01\n", "", "[choices]", "is missing", "Tractor Supply, CPPA, September 2025"),
    (HANDOFF, HANDOFF.replace("https", "http"), "handoff", "must be an https address", "D6"),
    (HANDOFF, HANDOFF.replace("outlet", "other"), "handoff", "northwind-outlet.example itself", "D6"),
    (HANDOFF, HANDOFF.replace("//", "//somebody@"), "handoff", "northwind-outlet.example itself", "D6"),
    (HANDOFF, 'handoff = "https://[::1/"', "handoff", "which is no address", "D6"),
    (HANDOFF, "", "northwind-outlet", "must be an https address", "D6"),
    (SHOP, 'host = "shop.elsewhere.example"', "bridge", "not below cookie_domain 'northwind.example'", "Disney"),
    (SHOP, 'host = "notnorthwind.example"', "bridge", "not below cookie_domain", "Disney"),
    (SHOP, 'host = "https://shop.northwind.example"', "host", "small and bare", "D6"),
    ('host = "app.northwind.example"', SHOP, "host", "write each host once", "D6"),
    ('cookie_domain = "northwind.example"', 'cookie_domain = "example"', "bridge", "not below cookie_domain", "Disney"),
    ('id = "training"', 'id = "sale"', "id", "'sale' a second time", "L8; Healthline"),
    (
        'purposes = ["newsletter"]',
        'purposes = ["salt"]',
        "purposes",
        "of 'parcelpost' name 'salt'",
        "D25; GDPR Art. 19",
    ),
    ('rights = ["delete"]', 'rights = ["fly"]', "rights", "of 'adreach' name 'fly'", "11 CCR 7022"),
    ("every_hours = 0", "every_hours = 200", "every_hours", "is 200: write 1 to 168 hours", "L5, D28; Todd Snyder"),
    ("every_hours = 0", "every_hours = -1", "every_hours", "is -1", "L5, D28"),
    ("every_hours = 0\nanswer_hours = 12", "every_hours = 24\nanswer_hours = 0", "answer_hours", "is 0", "L5, D28"),
    (OFF, ON.replace("probes.", ""), "domain", "where you get mail: name one below it", "L5, D28"),
    (OFF, ON.replace("probes.northwind", "Probes"), "domain", "small and bare", "L5, D28"),
    (CART, "https://elsewhere.example/cart", "pages", "is no page of northwind-outlet.example", "L5, D28"),
    (CART, "http://northwind-outlet.example/cart", "pages", "is no https address", "L5, D28"),
    (CART, "https://[::1/cart", "pages", "is no address", "L5, D28"),
    ('["fonts.parcelpost.example"]', '["https://fonts.parcelpost.example"]', "third_parties", "small and bare", "L5"),
    ('kind = "marketing"', 'kind = "marketplace"', "kind", "which workflows/purposes/kinds.toml lacks", "L14; PlayOn"),
]


@pytest.fixture(scope="module")
def law() -> Library:
    """The library, read once."""
    return library.load(places.WORKFLOWS)


def changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the shipped example with one thing changed."""
    assert old in TEXT
    path = folder / "changed.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_shipped_example_passes(law: Library) -> None:
    here = installation.read(NORTHWIND)
    assert lint.faults(here, law, NORTHWIND) == []
    assert lint.stale(here, NORTHWIND, A_TUESDAY) == []


@pytest.mark.parametrize(("old", "new", "key", "words", "rule"), WHAT)
def test_what_was_fined_elsewhere_is_refused_with_its_line(
    law: Library, tmp_path: Path, old: str, new: str, key: str, words: str, rule: str
) -> None:
    path = changed(tmp_path, old, new)
    (line,) = lint.faults(installation.read(path), law, path)
    place, _, said = line.removeprefix(f"{path}:").partition(":")
    assert words in said, line
    assert rule in said, line
    text = path.read_text(encoding="utf-8").splitlines()
    assert key in "\n".join(text[int(place) - 1 : int(place) + 1]), f"{line}\n{text[int(place) - 1]}"


def test_the_line_is_that_of_the_very_table_that_is_wrong(law: Library, tmp_path: Path) -> None:
    path = tmp_path / "changed.toml"
    head, mark, tail = TEXT.rpartition("steps_out = 2")
    path.write_text(head + "steps_out = 9" + tail, encoding="utf-8")
    assert mark
    (line,) = lint.faults(installation.read(path), law, path)
    assert line.startswith(f"{path}:{head.count(chr(10)) + 1}: [sites] steps_out is 9")


def test_everything_that_is_wrong_is_said_at_once(law: Library, tmp_path: Path) -> None:
    text = TEXT.replace("verify = false", "verify = true").replace('["email"]', '["email", "name"]')
    path = tmp_path / "changed.toml"
    path.write_text(text, encoding="utf-8")
    assert len(lint.faults(installation.read(path), law, path)) == 2


DOUBTS = [
    (
        'contract = "NW-2025-17, data sharing agreement of 3 March 2025"',
        "",
        "'adreach' is missing: share nothing",
        "L4",
    ),
    (
        'purposes = ["sale", "sharing"]',
        'purposes = ["sale"]',
        "'sharing' is of kind 'sharing', but no recipient",
        "D25",
    ),
]


@pytest.mark.parametrize(("old", "new", "words", "rule"), DOUBTS)
def test_a_recipient_without_a_contract_is_a_warning_and_no_fault(
    law: Library, tmp_path: Path, old: str, new: str, words: str, rule: str
) -> None:
    path = changed(tmp_path, old, new)
    assert lint.doubtful(installation.read(NORTHWIND), NORTHWIND) == []
    assert lint.faults(installation.read(path), law, path) == []
    (line,) = lint.doubtful(installation.read(path), path)
    assert line.startswith(f"{path}:")
    assert words in line
    assert rule in line


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2027, 11, 1, 20, tzinfo=UTC), None),
        (datetime(2027, 11, 2, 1, tzinfo=UTC), "older than 12 months"),
        (datetime(2026, 10, 31, 12, tzinfo=UTC), "has not come yet"),
    ],
)
def test_a_notice_is_good_for_twelve_months(now: datetime, said: str | None) -> None:
    found = lint.stale(installation.read(NORTHWIND), NORTHWIND, now)
    assert len(found) == bool(said)
    if said:
        assert said in found[0]
        assert "L11; Tractor Supply" in found[0]
        number = TEXT.splitlines().index("notice = 2026-11-01") + 1
        assert found[0].startswith(f"{NORTHWIND}:{number}: [choices] notice")


# The pages


def told(folder: Path, body: str, name: str = "public/press.html") -> list[str]:
    """What the lint says of a page with this in it, beside a page of the choices that is as it should be."""
    for path, text in ((folder / page_forms.THE_PAGE, OUT.format("")), (folder / name, body)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return page_forms.faults(folder)


OUT = '<form method="post">\n<input type="hidden" name="choice" value="out">\n{}\n<button>Opt out</button></form>'


@pytest.mark.parametrize(
    "fields",
    [
        "",
        '<input type="hidden" name="purpose" value="{{ offer.id }}">',
        '<input name="email" type="email">',
        '{{ line("email", "Your e-mail address", values.email, optional=true) }}',
        '{% if a %}<input name="email">{% else %}<input name="email" value="{{ x["y"] }}">{% endif %}',
        '{# <input name="name" required> #}<input name="email">',
    ],
)
def test_a_page_may_offer_one_field(tmp_path: Path, fields: str) -> None:
    assert told(tmp_path, OUT.format(fields)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('<input name="email" required>', "3: an opt-out demands the field 'email'"),
        ('<input name="email" {% if a %}required{% endif %}>', "3: an opt-out demands the field 'email'"),
        ('<select name="place" aria-required="true"></select>', "3: an opt-out demands the field 'place'"),
        ('{{ line("email", "Your address") }}', "3: an opt-out demands the field 'email'"),
        ('{# a\nremark #}\n{{ line(\n"email",\n"Your (own) address") }}', "5: an opt-out demands the field 'email'"),
        ('<input name="email"><textarea name="why"></textarea>', "1: an opt-out asks for 2 fields (email, why)"),
        ("{{ line('email', 'A', optional=true) }}{{ area('why', 'B', optional=true) }}", "1: an opt-out asks for 2"),
        ('<input type="checkbox" name="sure"><input name="email">', "1: an opt-out asks for 2 fields (sure, email)"),
    ],
)
def test_a_page_whose_opt_out_asks_for_too_much_is_refused(tmp_path: Path, fields: str, said: str) -> None:
    found = told(tmp_path, OUT.format(fields))
    assert found
    assert found[0].startswith(f"templates/public/press.html:{said}")
    assert "L1; Honda, CPPA, March 2025" in found[0]


@pytest.mark.parametrize(
    "form",
    [
        '<form><button name="choice" value="out">Out</button><input name="email" required></form>',
        '<form><input type="hidden" name="choice" value="{{ choice }}"><input name="email" required></form>',
        '<form id="f"><button name="choice" value="out">Out</button></form><input form="f" name="email" required>',
    ],
)
def test_an_opt_out_is_known_however_it_is_written(tmp_path: Path, form: str) -> None:
    assert len(told(tmp_path, form)) == 1
    assert len(told(tmp_path, form, "public/home.html")) == 2
    assert len(told(tmp_path, form, page_forms.THE_PAGE)) == 3


def test_a_yes_and_the_desk_may_ask(tmp_path: Path) -> None:
    yes = '<form><input type="hidden" name="choice" value="in"><input name="confirm" required></form>'
    assert told(tmp_path, yes) == []
    assert told(tmp_path, OUT.format('<input name="day" required>'), "desk/choices.html") == []


SAYS = """{% macro says(ids, choice="out") %}
{% for id in ids %}<input type="hidden" name="purpose" value="{{ id }}">{% endfor %}
<input type="hidden" name="choice" value="{{ choice }}">
{% endmacro %}
"""


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('says([a, b], "out")', 1),
        ("says(all|list)", 1),
        ('says(choice="out", ids=x)', 1),
        ("says(x, chosen)", 1),
        ('says([a, b], "in")', 0),
        ('says(x|map(attribute="id"), choice="in")', 0),
    ],
)
def test_a_part_that_pages_share_is_written_out(tmp_path: Path, call: str, found: int) -> None:
    form = "<form>\n{{ " + call + ' }}\n<input name="sure" required></form>'
    assert len(told(tmp_path, SAYS, "parts.html")) == 0
    faults = told(tmp_path, form)
    assert len(faults) == found
    assert all(fault.startswith("templates/public/press.html:3: an opt-out demands") for fault in faults)
    assert len(told(tmp_path, "{% macro form() %}" + form + "{% endmacro %}", "public/part.html")) == 2 * found


def test_a_house_in_which_nobody_can_say_no_is_refused(tmp_path: Path) -> None:
    for text in (None, "<p>Write to us.</p>", '<form><button name="choice" value="in">Yes</button></form>'):
        if text is not None:
            told(tmp_path, text, page_forms.THE_PAGE)
        (line,) = page_forms.faults(tmp_path)
        assert line.startswith("templates/public/choices.html:1: no form on it says no")


def test_our_own_pages_pass() -> None:
    assert page_forms.faults(places.TEMPLATES) == []


# The doors


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """`privacy-center check` for an installation."""
    environ = processes.environment({"PRIVACY_CENTER_INSTALLATION": str(path)})
    return subprocess.run([*processes.PROGRAM, "check"], env=environ, capture_output=True, text=True, timeout=60)


def test_check_names_the_place_and_ends_with_one(tmp_path: Path) -> None:
    done = check(changed(tmp_path, "verify = false", "verify = true"))
    assert done.returncode == 1
    assert f"{tmp_path}/changed.toml:" in done.stdout
    assert "Ford, CalPrivacy, March 2026" in done.stdout
    done = check(changed(tmp_path, "notice = 2026-11-01", "notice = 2020-01-01"))
    assert done.returncode == 1
    assert "older than 12 months" in done.stdout


def test_no_process_starts_with_an_opt_out_that_would_be_fined(environ: dict[str, str], tmp_path: Path) -> None:
    path = changed(tmp_path, "verify = false", "verify = true")
    with pytest.raises(Contradictions, match="Ford"):
        center_module.build(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}))


async def test_an_old_notice_is_said_aloud_and_the_doors_stay_open(
    environ: dict[str, str], mailbox: Mailbox, tmp_path: Path
) -> None:
    path = changed(tmp_path, "notice = 2026-11-01", "notice = 2020-01-01")
    async with processes.house({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}, mailbox=mailbox, logs=tmp_path):
        for name in ("serve", "work"):
            await processes.says(tmp_path / f"{name}.log", "WARNING", "older than 12 months")
