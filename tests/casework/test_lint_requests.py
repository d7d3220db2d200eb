"""The budget of a request's form: what no right needs is not asked, and nothing but what all need is demanded."""

import shutil
from pathlib import Path

import pytest

from privacy_center import places
from privacy_center.casework import macros, page_forms
from privacy_center.law import details, library
from privacy_center.law.library import Contradictions
from tests.casework.test_lint import told

FORM = (
    '<form method="post" action="/requests/new">\n<input type="checkbox" name="right">\n{}\n<button>Go</button></form>'
)


@pytest.mark.parametrize(
    "fields",
    [
        "{{ place_field(places, places_first, values.place, none) }}",
        '{{ line("email", "Your address", "") }}{{ area("note", "A note", optional=true) }}',
        '{{ line("name", "Your name", optional=true) }}<input type="hidden" name="form" value="{{ x }}">',
        '{{ area(right ~ "-" ~ detail, "What is wrong?", optional=true) }}',
        '{{ pick(right ~ "-" ~ detail, "Which?", all.items(), x, none, _("Leave it open"), optional=true) }}',
    ],
)
def test_a_request_may_ask_for_what_it_needs(tmp_path: Path, fields: str) -> None:
    assert told(tmp_path, FORM.format(fields)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('{{ line("birthday", "Born", optional=true) }}', "3: a request is asked for 'birthday'"),
        ('<input type="file" name="identity_card">', "3: a request is asked for 'identity_card'"),
        ('{{ line("name", "Your name") }}', "3: a request must fill 'name'"),
        ('{{ area("note", "Why?") }}', "3: a request must fill 'note'"),
        ('<input name="{{ right }}-{{ detail }}" required>', "3: a request is asked for"),
        ("{{ line(name, label) }}", "3: a request must fill"),
        ('{{ pick("note", "Which?", all.items(), x, none, "Choose") }}', "3: a request must fill 'note'"),
    ],
)
def test_a_request_that_asks_for_more_is_refused(tmp_path: Path, fields: str, said: str) -> None:
    (first, *_) = told(tmp_path, FORM.format(fields))
    assert first.startswith(f"templates/public/press.html:{said}")
    assert "U7; GDPR Art. 5(1)(c)" in first


def test_the_form_of_this_house_is_read_and_passes() -> None:
    page = places.TEMPLATES / "public" / "request.html"
    parts = macros.shared(places.TEMPLATES)
    (form,) = [form for form in page_forms.forms(page.read_text(encoding="utf-8"), parts) if form.to == "/requests/new"]
    assert set(form.fields) == page_forms.BUDGET
    assert set(form.required) == {"place", "email"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the library that may be spoilt."""
    shutil.copytree(places.WORKFLOWS, tmp_path / "workflows")
    return tmp_path / "workflows"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("correction.toml", '"evidence"]', '"evidence", "topics"]', "correct asks for 4 details: 3 at most (U7"),
        ("correction.toml", '"evidence"]', '"wrong"]', "correct asks for the same twice"),
        ("correction.toml", '"evidence"]', '"birthday"]', "'birthday', which workflows/answers/details.toml lacks"),
        ("correction.toml", "correct = [", 'delete = ["part"]\ncorrect = [', "delete is no right of this workflow"),
        (
            "opt_out.toml",
            "[titles.optout_sale]",
            '[details]\noptout_sale = ["topics"]\n\n[titles.optout_sale]',
            "who says no is asked for nothing (L1",
        ),
        ("answers/details.toml", 'shape    = "line"', 'shape = "photo"', "is 'photo'; the words are: line"),
        ("answers/details.toml", 'shape    = "choice"', 'shape = "line"', "exactly where the shape is choice"),
        ("answers/details.toml", 'citation = "11 CCR 7023(d)"', "", "citation is missing"),
    ],
)
def test_a_library_that_asks_for_too_much_is_refused_with_its_line(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Contradictions) as refused:
        library.load(folder)
    (line,) = [line for line in refused.value.lines if said in line]
    file, number, _ = line.split(":", 2)
    assert file == name
    assert 1 <= int(number) <= len(path.read_text(encoding="utf-8").splitlines())


def test_every_right_that_a_form_takes_stays_in_its_budget() -> None:
    law = library.load(places.WORKFLOWS)
    asked = {right: names for flow in law.workflows.values() for right, names in flow.details.items()}
    assert {"access", "correct", "portability", "restrict", "object", "adm_review", "adm_human_appeal"} <= set(asked)
    assert max(map(len, asked.values())) <= details.MOST
    assert {name for names in asked.values() for name in names} == set(law.details), "nobody asks for what is described"
