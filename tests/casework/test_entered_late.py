"""What is entered long after it came: its first letter says what is true on the day on which it is written."""

from dataclasses import replace
from datetime import date

import pytest

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.builders import HANA
from tests.casework.test_entered import MAILED, body, one
from tests.conftest import Clock


@pytest.mark.parametrize(
    ("day", "language", "says"),
    [
        (date(2026, 11, 20), "en", "We aim to answer by 20 December 2026"),
        (date(2026, 10, 22), "en", "We wanted to answer by 22 November 2026. That day has passed"),  # a Sunday
        (date(2026, 8, 3), "en", "You should have had our answer by 3 September 2026 (GDPR Art. 12(3)). That day"),
        (date(2026, 8, 3), "es", "Debería haber tenido nuestra respuesta a más tardar el 3 de septiembre de 2026"),
    ],
)
async def test_the_first_letter_promises_no_day_that_has_passed(
    center: Center, clock: Clock, day: date, language: str, says: str
) -> None:
    clock.forward(days=-1)
    hana = await builders.member(center, HANA, Role.handler)
    entry = replace(MAILED, day=day, filing=replace(MAILED.filing, language=language))
    said = await body(center, await one(center, entry, hana))
    assert says in said
    assert ("We aim to answer" in said or "Queremos responder" in said) == (day > date(2026, 11, 1))
