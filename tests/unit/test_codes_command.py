"""flask codes load, as an operator types it."""

import pytest


@pytest.fixture
def run(app):
    def run(*args):
        result = app.test_cli_runner().invoke(args=["codes", "load", *args])
        return result.exit_code, result.output

    return run


def test_the_shipped_release_is_there_after_init(run):
    code, said = run()
    assert code == 0
    assert said == "ICD-10-CM from 04/01/2026: 74719 codes (0 added, 0 changed, 0 ended)\n"


def test_a_file_of_cms(run, tmp_path):
    file = tmp_path / "HCPC2026_OCT_ANWEB.txt"
    file.write_text("E0100001003" + "Cane, adjustable or fixed, with tip".ljust(257) + "1986010119970101\n")
    assert run(str(file)) == (0, "HCPCS from 10/01/2026: 1 codes (1 added, 0 changed, 0 ended)\n")


def test_a_wrong_file_is_told_in_words(run, tmp_path):
    file = tmp_path / "notes_2027.txt"
    file.write_text("Dear customer\n")
    code, said = run(str(file), "--from", "2027-10-01")
    assert code == 1
    assert said.startswith("Error: Line 1 of the file has an unexpected form.")
