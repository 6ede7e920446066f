import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.complaints.clock import due_after, due_resumed
from api.complaints.country import DutyKind, Unit, countries, load_country
from inference.calendar import WorkCalendar
from models.errors import InputError

_CAIRO = WorkCalendar.model_validate({"timezone": "Africa/Cairo", "hours": ["09:00-17:00"]})
_MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@pytest.mark.parametrize("code", countries())
def test_every_rule_names_its_source_and_is_to_be_verified(code: str) -> None:
    for sector in load_country(code).sectors.values():
        for rule in (*sector.duties, *sector.locked):
            assert rule.verify_with_counsel is True
            assert rule.source.law
            assert rule.source.article
            assert rule.confidence != "high" or rule.source.url.startswith("https://handbook.fca.org.uk/")
            assert rule.confidence == "high" or rule.remark


@pytest.mark.parametrize("code", countries())
def test_each_text_speaks_its_language_and_says_the_same_figures(code: str) -> None:
    for sector in load_country(code).sectors.values():
        for texts in (sector.acknowledgement, *(item.text for item in sector.locked)):
            assert re.search("[\u0621-\u064a]", texts["ar"])
            assert not re.search("[\u0621-\u064a]", texts["en"])
            assert set(re.findall(r"\{(\w+)\}", texts["ar"])) == set(re.findall(r"\{(\w+)\}", texts["en"]))
            assert re.findall(r"\d+", texts["ar"]) == re.findall(r"\d+", texts["en"])
            assert not re.search(r"(?<![A-Z\d])\d+[ -]\d", texts["ar"]), (
                "groups of digits change places within Arabic words"
            )


def test_the_four_countries_are_there_and_others_are_not() -> None:
    assert countries() == ("ae", "eg", "gb", "sa")
    with pytest.raises(InputError, match="ae, eg, gb, sa"):
        load_country("../policies/default")
    with pytest.raises(InputError, match="banking"):
        load_country("ae").sector("telecom")


@given(received=_MOMENTS, within=st.integers(0, 60), unit=st.sampled_from(Unit), code=st.sampled_from(countries()))
def test_a_second_calendar_never_gives_more_time(received: datetime, within: int, unit: Unit, code: str) -> None:
    own = load_country(code).calendar
    alone = due_after(received, within, unit, (own,))
    assert due_after(received, within, unit, (own, _CAIRO)) <= alone
    assert alone <= due_after(received, within + 1, unit, (own,))
    assert alone >= received - timedelta(days=1)


@given(received=_MOMENTS, within=st.integers(2, 40), pause=st.integers(0, 90), unit=st.sampled_from(Unit))
def test_a_pause_gives_its_length_back_and_no_more_than_a_weekend_besides(
    received: datetime, within: int, pause: int, unit: Unit
) -> None:
    calendar = load_country("gb").calendar
    due = due_after(received, within, unit, (calendar,))
    paused = received + timedelta(days=1)
    if paused > due:
        return
    resumed = paused + timedelta(days=pause)
    again = due_resumed(due, paused, resumed, unit, (calendar,))
    assert again >= resumed - timedelta(days=1)
    # Holidays may lie in the one stretch and not in the other.
    assert abs((again - due) - (resumed - paused)) <= timedelta(days=0 if unit is Unit.CALENDAR_DAYS else 7)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-05T18:00:00+00:00", "2026-11-08T14:00:00+00:00"),  # Thursday night in Riyadh: Sunday is the first day
        ("2026-11-06T09:00:00+00:00", "2026-11-08T14:00:00+00:00"),  # a Friday
        ("2027-03-08T09:00:00+00:00", "2027-03-14T14:00:00+00:00"),  # Ramadan's end: Eid from 9 to 12 March
        ("2027-02-20T21:30:00+00:00", "2027-02-23T13:00:00+00:00"),  # in Ramadan; the 22nd is Founding Day
    ],
)
def test_weekends_holidays_and_ramadan_count_as_where_the_company_is(received: str, due: str) -> None:
    calendar = load_country("sa").calendar
    found = due_after(datetime.fromisoformat(received), 1, Unit.WORKING_DAYS, (calendar,))
    assert found == datetime.fromisoformat(due)


def test_calendar_days_end_at_midnight_of_the_place() -> None:
    found = due_after(datetime(2026, 11, 1, 21, 30, tzinfo=UTC), 5, Unit.CALENDAR_DAYS, (load_country("sa").calendar,))
    assert found == datetime(2026, 11, 7, 20, 59, tzinfo=UTC)  # it was 2 November in Riyadh already


def test_payments_in_the_uk_are_answered_sooner() -> None:
    sector = load_country("gb").sectors["financial"]
    finals = {
        kind: next(duty for duty in sector.duties_for(kind) if duty.kind is DutyKind.FINAL_RESPONSE)
        for kind in sector.kinds
    }
    assert (finals["general"].within, finals["general"].unit) == (56, Unit.CALENDAR_DAYS)
    assert (finals["payments"].within, finals["payments"].extended) == (15, 35)
