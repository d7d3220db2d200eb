"""The lint of the agents' form: the signed permission is all that may be asked (L2, 11 CCR 7026(j))."""

from pathlib import Path

import pytest

from privacy_center import places
from privacy_center.casework import macros, page_forms
from tests.casework.test_lint import OUT, told

AGENT = '<form action="/agents">\n<input type="hidden" name="choice" value="out">\n{}\n<button>Send</button></form>'


@pytest.mark.parametrize(
    "fields",
    [
        '<input type="file" name="permission"><textarea name="words"></textarea><input name="email" required>',
        '{{ line("value", "Their address") }}{{ line("agent", "You", optional=true) }}<select name="kind"></select>',
    ],
)
def test_an_agent_may_be_asked_for_the_signed_permission(tmp_path: Path, fields: str) -> None:
    assert told(tmp_path, AGENT.format(fields)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('<input name="passport">', "3: an agent is asked for 'passport'"),
        ('<input name="power_of_attorney" type="file">', "3: an agent is asked for 'power_of_attorney'"),
        ('<input type="file" name="permission" required>', "3: an agent must fill 'permission'"),
        ('{{ area("words", "The words") }}', "3: an agent must fill 'words'"),
        ('{{ line("agent", "Your name") }}', "3: an agent must fill 'agent'"),
    ],
)
def test_an_agent_is_asked_for_nothing_else(tmp_path: Path, fields: str, said: str) -> None:
    for form in (AGENT, AGENT.replace('name="choice"', 'name="other"')):
        (found,) = told(tmp_path, form.format(fields))
        assert found.startswith(f"templates/public/press.html:{said}")
        assert "L2; Honda, CPPA, March 2025; 11 CCR 7026(j)" in found


def test_a_form_for_agents_does_not_count_as_the_persons_own_and_cannot_hide_in_it(tmp_path: Path) -> None:
    assert "nobody could opt out here" in told(tmp_path, AGENT.format(""), page_forms.THE_PAGE)[0]
    fields = '<input type="file" name="permission"><input name="email">'
    assert "an opt-out asks for 2 fields" in told(tmp_path, OUT.format(fields))[0]


ERRAND = '<form action="/agents/requests">\n<input name="right">\n{}\n<button>Send</button></form>'


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('<input name="passport">', "3: a request is asked for 'passport'"),
        ('<input type="file" name="permission" required>', "3: a request must fill 'permission'"),
        ('{{ line("agent", "Your name") }}', "3: a request must fill 'agent'"),
    ],
)
def test_an_agent_who_asks_is_asked_for_no_more_than_the_request_and_the_permission(
    tmp_path: Path, fields: str, said: str
) -> None:
    (found,) = told(tmp_path, ERRAND.format(fields))
    assert found.startswith(f"templates/public/press.html:{said}")


def test_the_errands_form_of_this_house_is_read_and_passes() -> None:
    page, parts = places.TEMPLATES / "public" / "errand.html", macros.shared(places.TEMPLATES)
    (form,) = page_forms.forms(page.read_text(encoding="utf-8"), parts)
    assert form.to == page_forms.ERRANDS
    assert set(form.fields) == page_forms.ERRAND
    assert set(form.required) == page_forms.ERRAND_NEEDED - {"right"}
