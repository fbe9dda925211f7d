"""Releases of the codes: loaded, followed by the next one, and looked up for a day. Small files in CMS's forms."""

from datetime import date, timedelta

import pytest

from casework import storage
from casework.codes import hcpcs, icd10, load, readers
from casework.codes.hcpcs import HcpcsCode
from casework.codes.icd10 import Choice, Found, Header, IcdCode, Unknown
from casework.codes.releases import CodeRelease
from casework.errors import Refused
from config import Settings
from models import database

FIRST, NEXT = date(2026, 10, 1), date(2027, 10, 1)
CODES_2027 = [
    ("M17", 0, "Osteoarthritis of knee"),
    ("M171", 0, "Unilateral primary osteoarthritis of knee"),
    ("M1710", 1, "Unilateral primary osteoarthritis, unspecified knee"),
    ("M1711", 1, "Unilateral primary osteoarthritis, right knee"),
    ("M179", 1, "Osteoarthritis of knee, unspecified"),
    ("H810", 0, "Ménière's disease"),
    ("H8101", 1, "Ménière's disease, right ear"),
    ("T07", 0, "Unspecified multiple injuries"),
    ("T07XXXA", 1, "Unspecified multiple injuries, initial encounter"),
    ("T07XXXS", 1, "Unspecified multiple injuries, sequela"),
    ("QA00101", 1, "SCN2A-related neurodevelopmental disorder"),
]


def order_file(rows):
    """An ICD-10-CM order file."""
    lines = (f"{n:05d} {code:<7} {flag} {text[:60]:<60} {text}" for n, (code, flag, text) in enumerate(rows, 1))
    return "\n".join(lines) + "\n"


def hcpcs_line(code, record, description, dates="", sequence="00100"):
    return f"{code:>5}{sequence}{record}{description:<80}{'short':<28}".ljust(268) + dates.ljust(24) + "N"


@pytest.fixture
def tables(tmp_path):
    before = database.obj
    opened = storage.open_database(Settings(database_url=f"sqlite:///{tmp_path / 'codes.db'}"))
    opened.create_tables(load.TABLES)
    icd10.create_search()
    yield tmp_path
    opened.close()
    database.initialize(before)


@pytest.fixture
def write(tables):
    def write(name, text, encoding="utf-8"):
        path = tables / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def release(write):
    """The release of October 2026, loaded."""
    return load.load_file(write("icd10cm_order_2027.txt", order_file(CODES_2027)))


def everything():
    return sorted(IcdCode.select(IcdCode.code, IcdCode.description, IcdCode.valid_from, IcdCode.valid_to).tuples())


def test_an_order_file_is_loaded(release):
    assert (release.valid_from, release.codes, release.added) == (FIRST, 7, 11)
    assert icd10.lookup("M17.11", FIRST) == Found("M17.11", "Unilateral primary osteoarthritis, right knee")
    assert icd10.lookup(" qa0.0101 ", FIRST) == Found("QA0.0101", "SCN2A-related neurodevelopmental disorder")


def test_a_header_offers_its_children(release):
    found = icd10.lookup("M17", FIRST)
    assert isinstance(found, Header)
    assert [child.code for child in found.children] == ["M17.1", "M17.9"]
    assert found.children[0] == Choice("M17.1", "Unilateral primary osteoarthritis of knee", is_header=True)
    padded = icd10.lookup("t07", FIRST)
    assert isinstance(padded, Header)
    assert [child.code for child in padded.children] == ["T07.XXXA", "T07.XXXS"]


@pytest.mark.parametrize(
    ("typed", "code", "well_formed"),
    [("M17.99", "M17.99", True), ("zz9", "ZZ9", True), ("knee", "knee", False), ("M17.111111", "M17.111111", False),
     ("", "", False), ("M1", "M1", False), ("17.11", "17.11", False)],
)  # fmt: skip
def test_an_unknown_code(release, typed, code, well_formed):
    assert icd10.lookup(typed, FIRST) == Unknown(code, well_formed)


def test_days_before_and_after_the_loaded_releases(release):
    assert icd10.lookup("M1711", date(2020, 1, 1)) == icd10.lookup("M1711", date(2040, 1, 1))
    assert isinstance(icd10.lookup("M1711", date(2020, 1, 1)), Found)
    assert [each.code for each in icd10.search("knee right", on=date(2020, 1, 1))] == ["M17.11"]


def test_the_next_release_ends_words_otherwise_and_adds(release, write):
    rows = [row for row in CODES_2027 if row[0] != "M1710"]
    rows[rows.index(("M179", 1, "Osteoarthritis of knee, unspecified"))] = ("M179", 1, "Osteoarthritis of the knee")
    rows.append(("M1712", 1, "Unilateral primary osteoarthritis, left knee"))
    loaded = load.load_file(write("icd10cm-order-2028.txt", order_file(rows)))
    assert (loaded.valid_from, loaded.added, loaded.changed, loaded.ended) == (NEXT, 1, 1, 1)
    last_day = NEXT - timedelta(days=1)
    assert isinstance(icd10.lookup("M1710", last_day), Found)
    assert icd10.lookup("M1710", NEXT) == Unknown("M17.10", True, ended_on=last_day)
    assert icd10.lookup("M179", last_day) == Found("M17.9", "Osteoarthritis of knee, unspecified")
    assert icd10.lookup("M179", NEXT) == Found("M17.9", "Osteoarthritis of the knee")
    assert icd10.lookup("M1712", last_day) == Unknown("M17.12", True, starts_on=NEXT)
    assert [each.code for each in icd10.search("osteoarthritis left", on=NEXT)] == ["M17.12"]
    assert icd10.search("osteoarthritis left", on=last_day) == []


def test_loading_again_changes_nothing(release, write):
    before = everything()
    again = load.load_file(write("again_icd10cm_order_2027.txt", order_file(CODES_2027)))
    assert (again.added, again.changed, again.ended) == (0, 0, 0)
    assert everything() == before
    assert CodeRelease.select().count() == 1


def test_a_corrected_file_of_the_same_release_replaces_it(release, write):
    rows = [(code, flag, text.replace("right knee", "knee on the right")) for code, flag, text in CODES_2027]
    loaded = load.load_file(write("icd10cm_order_2027_v2.txt", order_file(rows)))
    assert loaded.changed == 1
    assert IcdCode.select().where(IcdCode.code == "M1711").count() == 1
    assert icd10.lookup("M1711", FIRST) == Found("M17.11", "Unilateral primary osteoarthritis, knee on the right")


def test_the_codes_file_keeps_the_headers(release, write):
    text = "".join(f"{code:<7} {words}\n" for code, flag, words in CODES_2027 if flag)
    loaded = load.load_file(write("icd10cm-codes-April-2027.txt", text, "cp1252"))
    assert (loaded.valid_from, loaded.codes) == (date(2027, 4, 1), 7)
    assert (loaded.added, loaded.changed, loaded.ended) == (0, 0, 0)
    assert isinstance(icd10.lookup("M17", date(2027, 5, 1)), Header)
    assert [each.description for each in icd10.search("meniere")] == ["Ménière's disease, right ear"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("icd10cm_order_2028.txt", "", "empty"),
        ("icd10cm_order_2028.txt", order_file(CODES_2027) + "<html>\n", "Line 12 "),
        ("icd10cm_order_2028.txt", "Dear customer\n", "Line 1 "),
        ("icd10cm_order_2028.txt", order_file(CODES_2027[:4]), "cut off"),
        ("icd10cm_order_2025.txt", order_file(CODES_2027), "newer release"),
        ("codes.txt", order_file(CODES_2027), "--from"),
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(release, write, name, text, words):
    before = everything()
    with pytest.raises(Refused) as refused:
        load.load_file(write(name, text))
    assert words in refused.value.message
    assert everything() == before


def test_the_day_may_be_given(write):
    loaded = load.load_file(write("codes.txt", order_file(CODES_2027)), date(2027, 1, 15))
    assert loaded.valid_from == date(2027, 1, 15)


HCPCS_2026 = [
    "A notice that stands above the codes.",
    hcpcs_line("GP", "7", "Services under an outpatient physical therapy plan of care", "2000010120000101"),
    hcpcs_line("D0120", "3", "A dental code", "2000010120000101"),
    hcpcs_line("E0100", "3", "Cane, includes canes of all materials, adjustable or fixed,", "1986010119970101"),
    hcpcs_line("E0100", "4", "with tip", sequence="00200"),
    hcpcs_line("G0154", "3", "Direct skilled nursing services", "201001012016010120151231"),
    hcpcs_line("G9999", "3", "A code of later", "2026070120260701"),
]


def test_hcpcs_by_table(write):
    assert hcpcs.lookup("E0100", FIRST) is None
    loaded = load.load_file(write("HCPC2026_JUL_ANWEB.txt", "\r\n".join(HCPCS_2026), "cp1252"))
    assert (loaded.system, loaded.valid_from, loaded.codes) == ("HCPCS", date(2026, 7, 1), 3)
    whole = "Cane, includes canes of all materials, adjustable or fixed, with tip"
    assert hcpcs.lookup("E0100", FIRST) == hcpcs.Found("E0100", whole)
    assert hcpcs.lookup("G0154", FIRST) == hcpcs.Unknown("G0154", ended_on=date(2015, 12, 31))
    assert hcpcs.lookup("G9999", date(2026, 6, 30)) == hcpcs.Unknown("G9999", starts_on=date(2026, 7, 1))
    assert hcpcs.lookup("E9999", FIRST) == hcpcs.Unknown("E9999")


def test_the_next_hcpcs_release_ends_what_it_leaves_out(write):
    load.load_file(write("HCPC2026_JUL_ANWEB.txt", "\n".join(HCPCS_2026)))
    rows = [line for line in HCPCS_2026 if not line.startswith("G9999")]
    rows.append(hcpcs_line("E0105", "3", "Cane, quad or three prong", "2026100120261001"))
    loaded = load.load_file(write("HCPC2026_OCT_ANWEB.txt", "\n".join(rows)))
    assert (loaded.added, loaded.changed, loaded.ended) == (1, 0, 1)
    assert hcpcs.lookup("G9999", FIRST) == hcpcs.Unknown("G9999", ended_on=date(2026, 9, 30))
    assert HcpcsCode.select().count() == 4


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("icd10cm_order_2027.txt", date(2026, 10, 1)),
        ("icd10cm-order-April-2027.txt", date(2027, 4, 1)),
        ("HCPC2027_JAN_ANWEB.txt", date(2027, 1, 1)),
        ("HCPC2027_OCT_ANWEB_v3.txt", date(2027, 10, 1)),
        ("HCPC2020_ANWEB_w_disclaimer.txt", date(2020, 1, 1)),
        ("codes.txt", None),
    ],
)
def test_from_when_a_file_holds(name, day):
    assert readers.release_day(name) == day
