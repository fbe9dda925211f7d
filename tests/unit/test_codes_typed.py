"""Codes and identifiers as people type them: what is right, what is not, and what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from casework.codes import cpt, disciplines, hcpcs, modifiers, pasted, places
from casework.codes.disciplines import Discipline, discipline_of
from casework.codes.identifiers import check_npi, check_tin, clean_phone
from casework.codes.pasted import PastedLine
from casework.codes.services import Problem, ServiceCode, System, service_code
from casework.fields.lines import UNITS
from casework.fields.request import KINDS


@pytest.mark.parametrize("typed", ["1234567893", " 123-456-7893 ", "123.456.7893", "１２３４５６７８９３"])
def test_npi(typed):
    assert check_npi(typed) == "1234567893"


@pytest.mark.parametrize(
    "typed",
    ["", "1234567890", "3234567897", "123456789", "12345678930", "123456789E", "0000000000", "٠٢٣٤٥٦٧٨٩٣", "n/a"],
)
def test_no_npi(typed):
    assert check_npi(typed) is None


@given(st.sampled_from("12"), st.text("0123456789", min_size=8, max_size=8), st.integers(1, 9))
def test_npi_check_digit(first, middle, off):
    body = first + middle
    check = luhn.calc_check_digit("80840" + body)
    assert check_npi(body + check) == body + check
    assert check_npi(body + str((int(check) + off) % 10)) is None


@pytest.mark.parametrize(
    ("typed", "tin"),
    [("39-1234567", "391234567"), ("391234567", "391234567"), ("39 123 4567", "391234567"), ("39-123456", None),
     ("000000000", None), ("3912345678", None), ("39-12345A7", None), ("", None)],
)  # fmt: skip
def test_tin(typed, tin):
    assert check_tin(typed) == tin


@pytest.mark.parametrize(
    "typed", ["262-369-8750", "(262) 369 8750", "262.369.8750", "+1 262 369 8750", "1-262-369-8750", "262/369-8750"]
)
def test_phone(typed):
    assert clean_phone(typed) == "2623698750"


@pytest.mark.parametrize(
    "typed",
    ["", "369-8750", "162-369-8750", "262-169-8750", "911-369-8750", "262-911-8750", "26236987500", "262-369-875O"],
)
def test_no_phone(typed):
    assert clean_phone(typed) is None


@pytest.mark.parametrize(
    ("typed", "code", "system"),
    [
        ("99213", "99213", System.CPT),
        (" 97 110 ", "97110", System.CPT),
        ("0001F", "0001F", System.CPT),
        ("0042t", "0042T", System.CPT),
        ("0001U", "0001U", System.CPT),
        ("0001M", "0001M", System.CPT),
        ("g0299", "G0299", System.HCPCS),
        ("E-0601", "E0601", System.HCPCS),
        ("Ｊ１７４５", "J1745", System.HCPCS),
    ],
)
def test_service_code(typed, code, system):
    assert service_code(typed) == ServiceCode(code, system)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the CPT or HCPCS code"),
        ("D0120", "dental code"),
        ("M17.11", "diagnosis code"),
        ("S52.501A", "diagnosis code"),
        ("97140-GP", "modifiers in their own field"),
        ("97110GP59", "modifiers in their own field"),
        ("9711", "not a CPT or HCPCS code"),
        ("971100", "not a CPT or HCPCS code"),
        ("00000", "not a CPT or HCPCS code"),
        ("0042X", "not a CPT or HCPCS code"),
        ("٩٧١١٠", "not a CPT or HCPCS code"),
        ("therapy", "not a CPT or HCPCS code"),
    ],
)
def test_no_service_code(typed, words):
    found = service_code(typed)
    assert isinstance(found, Problem)
    assert words in found.message


@given(st.text(max_size=20))
def test_any_text_is_a_service_code_or_a_problem(text):
    found = service_code(text)
    if isinstance(found, ServiceCode):
        assert cpt.well_formed(found.code) or (hcpcs.well_formed(found.code) and not hcpcs.is_dental(found.code))
        assert service_code(found.code) == found
    else:
        assert found.message


@pytest.mark.parametrize(
    ("typed", "codes", "unknown", "beyond"),
    [
        ("", (), (), ()),
        ("GP", ("GP",), (), ()),
        ("gp, 59", ("GP", "59"), (), ()),
        ("GP59RT", ("GP", "59", "RT"), (), ()),
        ("GP-59-GP", ("GP", "59"), (), ()),
        ("GP 59 RT KX 76", ("GP", "59", "RT", "KX"), (), ("76",)),
        ("GP G", ("GP",), ("G",), ()),
        ("G? 59", ("59",), ("G?",), ()),
    ],
)
def test_modifiers(typed, codes, unknown, beyond):
    found = modifiers.parse(typed)
    assert (found.codes, found.unknown, found.beyond) == (codes, unknown, beyond)


def test_places():
    assert len(places.CHOICES) == len({code for code, _ in places.CHOICES}) == len(places.PLACES)
    assert dict(places.CHOICES)["11"] == "11 Office"
    assert all(len(code) == 2 and code.isdigit() for code in places.PLACES)
    assert [code for code in ("21", "22", "24", "31", "65") if not places.is_facility(code)] == []
    assert [code for code in ("11", "12", "02", "10", "41", "", "77") if places.is_facility(code)] == []


@pytest.mark.parametrize(
    ("code", "with_modifiers", "kind", "discipline"),
    [
        ("97161", (), "", Discipline.PHYSICAL),
        ("97164", (), "occupational_therapy", Discipline.PHYSICAL),
        ("97165", (), "", Discipline.OCCUPATIONAL),
        ("97168", ("GP",), "", Discipline.OCCUPATIONAL),
        ("92507", (), "", Discipline.SPEECH),
        ("92524", (), "", Discipline.SPEECH),
        ("G0299", (), "", Discipline.NURSING),
        ("G0300", (), "", Discipline.NURSING),
        ("S9123", (), "", Discipline.NURSING),
        ("S9124", (), "", Discipline.NURSING),
        ("T1002", (), "", Discipline.NURSING),
        ("T1003", (), "", Discipline.NURSING),
        ("S9131", (), "home_care", Discipline.PHYSICAL),
        ("97110", ("GP",), "", Discipline.PHYSICAL),
        ("97110", ("59", "GO"), "physical_therapy", Discipline.OCCUPATIONAL),
        ("92526", ("GN",), "", Discipline.SPEECH),
        ("97110", (), "physical_therapy", Discipline.PHYSICAL),
        ("97110", (), "home_nursing", Discipline.NURSING),
        ("97110", ("59",), "surgery", None),
        ("73721", (), "imaging", None),
        ("", (), "", None),
    ],
)
def test_discipline(code, with_modifiers, kind, discipline):
    assert discipline_of(code, with_modifiers, kind) == discipline


def test_each_discipline_is_a_kind_of_care():
    assert all(discipline.value in KINDS and discipline.words for discipline in Discipline)
    assert disciplines.discipline_of_kind("surgery") is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("97110 x12, 97140-GP x12", [PastedLine("97110", (), 12), PastedLine("97140", ("GP",), 12)]),
        ("97110 GP 59 12 units", [PastedLine("97110", ("GP", "59"), 12, "units")]),
        ("97110\tGP\t25\n97140\t12", [PastedLine("97110", ("GP",), 25), PastedLine("97140", (), 12)]),
        ("97110x12; 97140GP59 x 8", [PastedLine("97110", (), 12), PastedLine("97140", ("GP", "59"), 8)]),
        ("97110-GP,59 ×12\r\ne0601", [PastedLine("97110", ("GP", "59"), 12), PastedLine("E0601")]),
        (
            "1. CPT: 97110 12x gp\n• 92507 12 visits",
            [PastedLine("97110", ("GP",), 12), PastedLine("92507", (), 12, "visits")],
        ),
        ("G0299 qty: 4, T1002 3 hrs", [PastedLine("G0299", (), 4), PastedLine("T1002", (), 3, "hours")]),
        ("97110,97112,0042T", [PastedLine("97110"), PastedLine("97112"), PastedLine("0042T")]),
        ("97110 59", [PastedLine("97110", ("59",))]),
        ("97110 12", [PastedLine("97110", (), 12)]),
        ("97110 2 times a week", [PastedLine("97110", (), 2)]),
        ("Ｇ０２９９　ｘ４", [PastedLine("G0299", (), 4)]),
        ("", []),
    ],
)
def test_pasted_lines(text, lines):
    found = pasted.parse(text)
    assert found.lines == lines
    assert found.unread == []


def test_what_holds_no_code_is_told():
    found = pasted.parse("Evaluate and treat\n97161 x1\n971101 x2, M17.11")
    assert found.lines == [PastedLine("97161", (), 1)]
    assert found.unread == ["Evaluate and treat", "971101 x2 M17.11"]


@given(st.text(max_size=200))
def test_any_text_may_be_pasted(text):
    for line in pasted.parse(text).lines:
        assert len(line.code) == 5
        assert line.unit in ("", *dict(UNITS))
        assert len(line.modifiers) <= 4


LINES = st.builds(
    PastedLine,
    st.from_regex(r"\A(?:[0-9]{5}|[A-Z][0-9]{4})\Z"),
    st.lists(st.sampled_from(["GP", "GO", "59", "RT", "KX", "XS"]), max_size=4, unique=True).map(tuple),
    st.integers(1, 9999),
)


@given(st.lists(LINES, max_size=8), st.sampled_from([", ", "\n", "; "]), st.sampled_from([" ", "-", "\t"]))
def test_lines_written_out_are_read_again(lines, between, glue):
    text = between.join(glue.join([line.code, *line.modifiers]) + f" x{line.quantity}" for line in lines)
    assert pasted.parse(text).lines == lines
