"""WebCert # and Authorization #: given once, read in any spelling, a slip of the finger told."""

import time
from datetime import UTC, datetime
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from peewee import SqliteDatabase

from casework.numbers import Counter, Kind, Number, format_number, next_number, parse
from models import database

NUMBERS = st.builds(format_number, st.sampled_from(Kind), st.integers(2000, 2099), st.integers(1, 1_000_000_00))
WHEN = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)


def test_the_numbers_of_the_handbook():
    assert format_number(Kind.WEBCERT, 2026, 123) == "W26-000123-3"
    assert format_number(Kind.AUTHORIZATION, 2026, 45) == "A26-000045-6"


@pytest.mark.parametrize(
    "typed",
    [
        "W26-000123-3",
        "w26-000123-3",
        "26-000123-3",
        "W260001233",
        "260001233",
        " w 26 000123 3 ",
        "26 000123 3",
        "W26–000123—3",
        "Ｗ２６－０００１２３－３",
        "# W26-000123-3",
        "WebCert # W26-000123-3",
        "webcert no. 26-000123-3",
    ],
)
def test_any_spelling_is_read(typed):
    assert parse(typed) == Number(Kind.WEBCERT, "W26-000123-3", True)


@pytest.mark.parametrize(
    "typed", ["A26-000045-6", "a260000456", "26-000045-6", "260000456", "Authorization # 26 000045 6"]
)
def test_a_number_without_its_letter_says_which_it_is(typed):
    assert parse(typed) == Number(Kind.AUTHORIZATION, "A26-000045-6", True)


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("W26-000123-4", Kind.WEBCERT, "W26-000123-4"),
        ("a26 000045 7", Kind.AUTHORIZATION, "A26-000045-7"),
        ("A26-000123-3", Kind.AUTHORIZATION, "A26-000123-3"),
        ("26-000123-9", None, "26-000123-9"),
        ("W26-00123-3", Kind.WEBCERT, "W26-00123-3"),
        ("W26-0001234-3", Kind.WEBCERT, "W26-0001234-3"),
    ],
)
def test_a_mistyped_number_is_told(typed, kind, text):
    assert parse(typed) == Number(kind, text, False)


@pytest.mark.parametrize(
    "typed",
    ["", "W", "-", "Okafor", "260001239", "XKM447109231", "11/24/2026", "2026-11-24", "1234567893", "97110", "M17.11",
     "W26-000123-3 x", "262-369-8750", "W26-٠٠٠١٢٣-3", "W" + "2" * 40],
)  # fmt: skip
def test_other_things_are_no_number(typed):
    assert parse(typed) is None


@given(NUMBERS, st.sampled_from(["{}", " {} ", "webcert # {}"]), st.booleans(), st.booleans())
def test_round_trip(number, frame, lower, bare):
    typed = frame.format(number.replace("-", "") if bare else number)
    assert parse(typed.lower() if lower else typed) == Number(Kind(number[0]), number, True)


@given(NUMBERS)
def test_round_trip_without_the_letter(number):
    assert parse(number[1:]) == parse(number[1:].replace("-", "")) == Number(Kind(number[0]), number, True)


@given(NUMBERS, st.data())
def test_a_wrong_digit_is_told(number, data):
    place = data.draw(st.sampled_from([i for i, sign in enumerate(number) if sign.isdigit()]))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != number[place])
    found = parse(number[:place] + digit + number[place + 1 :])
    assert found is not None
    assert not found.valid


@given(NUMBERS, st.data())
def test_neighbors_exchanged_are_told(number, data):
    """Luhn tells every exchange of two neighbors but 0 and 9."""
    digits = [i for i, sign in enumerate(number) if sign.isdigit()]
    first, second = data.draw(st.sampled_from(list(pairwise(digits))))
    assume(number[first] != number[second] and {number[first], number[second]} != {"0", "9"})
    signs = list(number)
    signs[first], signs[second] = signs[second], signs[first]
    found = parse("".join(signs))
    assert found is not None
    assert not found.valid


@given(st.text(max_size=40))
def test_any_text_is_read_without_fail(text):
    found = parse(text)
    assert found is None or parse(found.text) is not None


@pytest.fixture
def counters(tmp_path):
    opened = SqliteDatabase(tmp_path / "numbers.db", pragmas={"journal_mode": "wal", "busy_timeout": 5000})
    before = database.obj
    database.initialize(opened)
    opened.create_tables([Counter])
    yield opened
    opened.close()
    database.initialize(before)


def test_numbers_count_up_by_kind_and_year(counters):
    with counters.atomic():
        assert next_number(Kind.WEBCERT, WHEN) == format_number(Kind.WEBCERT, 2026, 1)
        assert next_number(Kind.WEBCERT, WHEN) == format_number(Kind.WEBCERT, 2026, 2)
        assert next_number(Kind.AUTHORIZATION, WHEN) == format_number(Kind.AUTHORIZATION, 2026, 1)
        assert next_number(Kind.WEBCERT, WHEN.replace(year=2027)) == format_number(Kind.WEBCERT, 2027, 1)


def test_the_year_is_that_of_chicago(counters):
    with counters.atomic():
        assert next_number(Kind.WEBCERT, datetime(2027, 1, 1, 5, 59, tzinfo=UTC)).startswith("W26-")
        assert next_number(Kind.WEBCERT, datetime(2027, 1, 1, 6, 0, tzinfo=UTC)).startswith("W27-")


@pytest.mark.parametrize("typed", ["WEBCERT{}x", "no{}:", "W{}26-000123-x", "26-{}000123-{}3"])
def test_spaces_without_end_are_read_at_once(typed):
    began = time.process_time()
    assert parse(typed.format(" " * 300, " " * 300)) in (None, Number(Kind.WEBCERT, "W26-000123-3", True))
    assert parse(typed.format("- " * 5000, " -" * 5000)) in (None, Number(Kind.WEBCERT, "W26-000123-3", True))
    assert time.process_time() - began < 1


def test_more_than_a_million_numbers_in_a_year(counters):
    Counter.create(name="W", year=2026, value=999_999)
    with counters.atomic():
        number = next_number(Kind.WEBCERT, WHEN)
    assert number.startswith("W26-1000000-")
    assert parse(number) == parse(number[1:].replace("-", "")) == Number(Kind.WEBCERT, number, True)


def test_a_number_needs_its_transaction(counters):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        next_number(Kind.WEBCERT, WHEN)


def test_no_number_twice_under_load(counters):
    given_out: list[str] = []

    def take() -> None:
        for _ in range(25):
            with counters.atomic("IMMEDIATE"):
                given_out.append(next_number(Kind.WEBCERT, WHEN))
        counters.close()

    takers = [Thread(target=take) for _ in range(4)]
    for each in takers:
        each.start()
    for each in takers:
        each.join()
    assert len(set(given_out)) == len(given_out) == 100
    assert Counter.get(name="W", year=2026).value == 100
