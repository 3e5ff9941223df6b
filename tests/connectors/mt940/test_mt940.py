"""MT940: odd amounts and days, texts that look like tags, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mt940 import source
from connectors.mt940.values import account_of, amount, entry_day
from hub.formats.content import Content
from hub.model.bank_statement import BankStatement
from tests.feeds.bank.dump import readings, statements

HEAD = ":20:X\n:25:NL92RABO0000104711\n:28C:1\n:60F:C261130EUR0,\n"


def file(lines: str, closing: str = "C261201EUR0,") -> str:
    """A statement with these lines."""
    return f"{HEAD}{lines}\n:62F:{closing}\n"


def only(text: str) -> BankStatement:
    """The one statement of a file."""
    (found,) = statements(text.encode("cp1252"))
    return found


def codes(text: str) -> list[str]:
    """The findings of all documents of a file."""
    return [f.code for reading in readings(text.encode()) for f in reading.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [("2,", "2"), ("0,3", "0.3"), (",3", "0.3"), ("10,5", "10.5"), ("000000000300.00", "300.00"), ("1.234,56", "1234.56"),
     ("01000,00", "1000.00"), ("-5,00", "-5.00")],
)  # fmt: skip
def test_amount_is_what_the_bank_wrote(text: str, value: str) -> None:
    assert amount(text) == Decimal(value)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_every_amount_is_read_back(value: Decimal) -> None:
    assert amount(f"{value:.2f}".replace(".", ",")) == value
    assert amount(f"{value:015.2f}") == value


@pytest.mark.parametrize(
    ("mark", "sign"), [("C", 1), ("D", -1), ("RC", -1), ("RD", 1), ("CR", 1), ("DR", -1), ("DF", -1), ("CN", 1)]
)
def test_reversals_turn_the_sign(mark: str, sign: int) -> None:
    (entry,) = only(file(f":61:2612011201{mark}10,5NTRFNONREF")).entries
    assert entry.amount == sign * Decimal("10.5")
    assert entry.reversal == mark.startswith("R")


def test_expected_entries_are_left_out() -> None:
    text = file(":61:2612011201EC10,5NTRFNONREF\n:61:2612011201C1,NTRFNONREF")
    assert codes(text) == ["HUB-BANK-12"]
    assert only(text).summary()["entries"] == 1


def test_day_that_does_not_exist_is_the_last_of_its_month_and_told() -> None:
    text = file(":61:260230D6,00N024NONREF")
    assert codes(text) == ["HUB-BANK-09"]
    assert str(only(text).entries[0].value_date) == "2026-02-28"


def test_booking_day_is_in_the_year_nearest_to_the_value_date() -> None:
    (entry,) = only(file(":61:2701011230C1,NTRFNONREF")).entries
    assert (str(entry.on), str(entry.value_date)) == ("2026-12-30", "2027-01-01")
    assert entry_day("0229", entry.on) is not None


@pytest.mark.parametrize(
    "line", [":20:15 uur geleverd", ":25:30 meter", ":61:kabel", ":26:37 volg", "-", "- zie brief", "BETALING"]
)
def test_text_that_looks_like_something_else_stays_text(line: str) -> None:
    text = file(f":61:261201C1,NTRFNONREF\n:86:/EREF/A/REMI/begin\n{line}\neinde")
    assert only(text).entries[0].description == " ".join(f"begin{line}einde".split())
    assert only(text).summary()["entries"] == 1


def test_key_cut_in_two_by_the_line_is_one_key() -> None:
    (entry,) = only(file(":61:261201C1,NTRFNONREF\n:86:/EREF/A/B/ORDP//NAME/Jan/RE\nMI/een/twee")).entries
    assert (entry.end_to_end_id, entry.name, entry.description) == ("A/B", "Jan", "een/twee")


@pytest.mark.parametrize(
    ("text", "account"),
    [("NL50RABO0156750961 EUR", "NL50RABO0156750961"), ("NL62INGB0006868686EUR", "NL62INGB0006868686"),
     ("NL92 KNAB 0123 4567 89", "NL92KNAB0123456789"), ("1291.99.348EUR", "129199348"), ("TRIODOSBANK/0666666666", "0666666666"),
     ("12345678/1020304050", "12345678/1020304050"), ("INGBNL2A/NL62INGB0006868686", "NL62INGB0006868686")],
)  # fmt: skip
def test_account_is_the_number_alone(text: str, account: str) -> None:
    assert account_of(text, "EUR") == account


def test_closing_is_that_of_the_last_page_and_pages_are_told() -> None:
    found = only(file(":61:261201C5,NTRFNONREF").replace("62F", "62M").replace("C261201EUR0,", "C261201EUR5,"))
    assert (found.page, found.closing, found.imbalance) == (True, 5, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [(HEAD, "HUB-BANK-03"), (file(":61:261201X1,NTRF"), "HUB-BANK-10"), (file(":61:261399C1,NTRFNONREF"), None),
     (file("").replace(":25:NL92RABO0000104711", ":25:"), "HUB-BANK-11"),
     (file("", "C261201USD0,"), "HUB-BANK-04")],
)  # fmt: skip
def test_faults_are_named(text: str, code: str | None) -> None:
    assert codes(text)[:1] == [code or "HUB-BANK-09"]


def test_windows_text_is_read() -> None:
    (entry,) = only(file(":61:261201C1,NTRFNONREF\n:86:Café Müller")).entries
    assert entry.description == "Café Müller"


def test_interim_report_is_no_statement() -> None:
    (reading,) = readings(b":20:X\n:25:123\n:28C:1\n:34F:EURC0,\n:61:261201C1,NTRFNONREF\n:90C:1EUR1,\n")
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-BANK-06"])


@pytest.mark.parametrize("data", [b"", b":20:X\n", b"date;amount\n1;2\n", b"<Document/>", bytes(range(256))])
def test_other_files_are_not_recognised(data: bytes) -> None:
    assert not source.recognise(Content(data))


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    content = Content(HEAD.encode() + data)
    assert source.recognise(content)
    first = source.read(content)
    assert [first, *first.rest]
