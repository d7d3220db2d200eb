"""Which days count: corrections are data, and each is seen here."""

from datetime import date

import pytest

from privacy_center.law.library import Library


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        ("us_ca_union", date(2026, 11, 27), False),  # the day after Thanksgiving is a paid state holiday
        ("us_ca_union", date(2026, 3, 31), False),  # Farmworkers Day
        ("us_ca_union", date(2027, 10, 29), True),  # Diwali is none
        ("us_ca_union", date(2028, 2, 15), True),  # Susan B. Anthony Day is none
        ("us_ca_union", date(2027, 2, 15), False),  # ... but Presidents' Day is, on the same date
        ("us_federal", date(2026, 7, 3), False),  # 4 July 2026 is a Saturday, observed on Friday
        ("us_federal", date(2027, 12, 31), False),  # 1 January 2028 is a Saturday: observed across the year's end
        ("us_ca_civil_code", date(2026, 7, 3), True),  # California moves only Sundays
        ("us_ca_civil_code", date(2026, 11, 28), True),  # Saturdays count
        ("us_ca_civil_code", date(2026, 11, 27), True),  # not in Gov. Code 6700
        ("us_ca_civil_code", date(2028, 11, 10), False),  # Veterans Day on a Saturday moves to Friday
        ("weekdays", date(2026, 12, 25), True),
    ],
)
def test_a_day_counts_or_not(library: Library, calendar: str, day: date, works: bool) -> None:
    assert library.calendars.get(calendar).is_working(day) is works


def test_the_member_state_is_filled_in(library: Library) -> None:
    easter_monday = date(2026, 4, 6)
    assert not library.calendars.get("eu_member_state", country="DE").is_working(easter_monday)
    assert library.calendars.get("eu_member_state", country="").is_working(easter_monday), "weekends only: never later"


def test_a_code_replaces_the_holidays_and_keeps_the_weekend(library: Library) -> None:
    scottish = library.calendars.get("weekdays", instead="GB-SCT")
    assert not scottish.is_working(date(2026, 11, 30))
    sundays_only = library.calendars.get("us_ca_civil_code", instead="GB-SCT")
    assert sundays_only.is_working(date(2026, 11, 28))


def test_a_calendar_nobody_knows_is_an_error(library: Library) -> None:
    with pytest.raises(KeyError):
        library.calendars.get("weekdays", instead="XX-NOWHERE")
