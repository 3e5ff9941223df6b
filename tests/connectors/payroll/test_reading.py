"""Payroll journals: which files are one, which look like one, and what is read of each layout."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.payroll import source
from connectors.payroll.values import day_of, exact, last_day, named_period, period_of
from hub.formats.content import Content
from hub.model.payroll_journal import PayrollJournal
from tests.feed_samples import readings, samples
from tests.feeds_corpus import given as given_files
from tests.feeds_corpus import needs_feeds

D = Decimal


def _journal(data: bytes, file: str = "") -> PayrollJournal:
    (reading,) = readings("payroll", data, file)
    assert isinstance(reading.feed, PayrollJournal), reading.findings
    return reading.feed


def _knows(text: str, file: str = "", channel: str = "") -> bool:
    return source.recognise(Content(text.encode(), file, channel=channel))


TWINFIELD = """<transactions><transaction><header><office>B</office><code>{code}</code><date>20260331</date>
<period>2026/03</period>{header}</header><lines><line type="detail"><dim1>4000</dim1><value>1.00</value>
<debitcredit>debit</debitcredit>{line}<description>{text}</description></line><line type="detail"><dim1>1700</dim1>
<value>1.00</value><debitcredit>credit</debitcredit></line></lines></transaction></transactions>"""
EXACT = """<eExact><GLTransactions><GLTransaction entry="1"><TransactionType number="{type}"/><Date>2026-03-31</Date>
<GLTransactionLine line="1"><GLAccount code="4000"/><Description>{text}</Description>{line}
<Amount><Currency code="EUR"/><Value>0</Value></Amount></GLTransactionLine></GLTransaction></GLTransactions></eExact>"""
CSV = "1;90;11;31-03-2026;3;4000;100;;{text};25.00;\n2;90;11;31-03-2026;3;1700;;;{text};-25.00;\n"


def _twinfield(code: str = "MEMO", header: str = "", line: str = "", text: str = "Loon") -> str:
    return TWINFIELD.format(code=code, header=header, line=line, text=text)


def _exact(kind: str = "90", line: str = "", text: str = "Loon") -> str:
    return EXACT.format(type=kind, line=line, text=text)


def test_layouts_that_serve_any_journal_need_a_word_about_wages() -> None:
    assert _knows(_twinfield())
    assert _knows(_exact())
    assert _knows(CSV.format(text="Nettoloon"))
    for text in (_twinfield(text="Huur"), _exact(text="Huur"), CSV.format(text="Huur")):
        assert not _knows(text)
        assert _knows(text, file="Salarissen maart.xml")
        assert _knows(text, channel="payroll-nmbrs")


@pytest.mark.parametrize(
    "text",
    [
        _twinfield(code="VRK"),
        _twinfield(code="SI"),
        _twinfield(header="<invoicenumber>2026-1</invoicenumber>"),
        _twinfield(header="<duedate>20260430</duedate>"),
        _twinfield(line="<vatcode>VH</vatcode>"),
        _exact(kind="20"),
        _exact(kind="30"),
        _exact(line='<Account code="10"/>'),
        _exact(line="<VATTransaction/>"),
        "<eExact><GLAccounts/></eExact>",
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
        "<transactions/>",
        "<Report><Items/></Report>",
        '{"SalesEntryLines": []}',
        "[1, 2]",
        '"EXTF";700;16;"Debitoren";5;;;"LO"' + ";" * 20,
        '"EXTF";700;21;"Buchungsstapel";9;;;"RE"' + ";" * 20,
        "Datum;Omschrijving;Bedrag\n1-3-2026;Loon;1\n",
        "Boekstuk;Credit;Debet;Datum;Grbrek;factuurnr;Omschrijving\n1;1,00;;1-3-2026;8000;F1;Salaris\n",
        "",
        "\x00",
        "<transactions",
    ],
)
def test_trade_and_what_is_broken_is_never_payroll_however_it_came(text: str) -> None:
    assert not _knows(text, "salaris.xml", "payroll")


@pytest.mark.parametrize("field", ["9", "10", "20"])
def test_exact_globe_with_debtor_creditor_or_vat_is_not_payroll(field: str) -> None:
    sample = next(path for path in samples("payroll") if path.name == "exact-globe.csv")
    rows = [line.split(",") for line in sample.read_text("utf-8").splitlines()]
    assert _knows("\n".join(",".join(cells) for cells in rows))
    rows[2][int(field)] = "1"
    assert not _knows("\n".join(",".join(cells) for cells in rows), channel="payroll-nmbrs")


@pytest.mark.parametrize("sample", list(samples("payroll")), ids=lambda path: path.name)
def test_a_sample_cut_off_anywhere_is_refused_or_read_but_never_breaks(sample: Path) -> None:
    data = sample.read_bytes()
    for end in range(0, len(data), 37):
        content = Content(data[:end], sample.name)
        if source.recognise(content):
            first = source.read(content)
            assert all(r.feed is not None or any(f.fatal for f in r.findings) for r in (first, *first.rest))


def test_names_stay_out_of_findings_and_summary() -> None:
    item = (
        "<Item><EmployeeName>{}</EmployeeName><Period>{}</Period><Year>2026</Year>"
        "<GeneralLedgerAccount>1</GeneralLedgerAccount><Debit>{}</Debit></Item>"
    )
    rows = item.format("Anna de Vries", 2, "x") + item.format("Bert", 3, 1)
    data = f"<Report><Items>{rows}</Items></Report>".encode()
    for reading in readings("payroll", data):
        assert "Anna" not in repr(reading.findings)
        assert reading.feed is None or "Bert" not in repr(reading.feed.summary())


def test_several_runs_of_one_file_are_documents_of_their_own() -> None:
    text = CSV.format(text="Loon") + CSV.format(text="Loon").replace(";11;", ";12;")
    runs = [reading.feed for reading in readings("payroll", text.encode())]
    assert [run.identity for run in runs if run] == ["payroll_journal||2026-03|11", "payroll_journal||2026-03|12"]


def test_one_bad_run_leaves_the_others_alone() -> None:
    text = CSV.format(text="Loon") + CSV.format(text="Loon").replace(";11;", ";12;").replace("25.00", "25.00000")
    good, bad = readings("payroll", text.encode())
    assert good.feed is not None
    assert bad.feed is not None  # zeros behind the fourth decimal say nothing
    worse = CSV.format(text="Loon") + CSV.format(text="Loon").replace(";11;", ";12;").replace("25.00", "25.00001")
    good, bad = readings("payroll", worse.encode())
    assert good.feed is not None
    assert (bad.feed, {f.code for f in bad.findings}) == (None, {"HUB-PAYR-01"})


def test_totals_without_a_date_need_the_period_in_the_name() -> None:
    text = "Grootboek;Omschrijving;Debet;Credit\n4000;Brutoloon;1,50;\n1700;Nettoloon;;1,50\n"
    (reading,) = readings("payroll", text.encode(), "export.csv")
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-PAYR-03"])
    journal = _journal(text.encode(), "speedbooks-2026-03.csv")
    assert (journal.cumulative, journal.on, journal.period) == (True, date(2026, 3, 31), "2026-03")


def test_amounts_that_may_be_thousands_are_not_guessed() -> None:
    text = (
        "Rekeningnummer,RekeningOmschrijving,Debet,Credit,Datum\n4000,a,1.234,0,2026-03-31\n1700,b,0,1.234,2026-03-31\n"
    )
    (reading,) = readings("payroll", text.encode())
    assert (reading.feed, [f.location for f in reading.findings]) == (
        None,
        ["row 2, column debit", "row 3, column credit"],
    )


@pytest.mark.parametrize(
    ("text", "packed", "on"),
    [
        ("2026-03-25", "ymd", date(2026, 3, 25)),
        ("2026-03-25T00:00:00", "ymd", date(2026, 3, 25)),
        ("20260325", "ymd", date(2026, 3, 25)),
        ("25032026", "dmy", date(2026, 3, 25)),
        ("25-3-2026", "ymd", date(2026, 3, 25)),
        ("25-03-26", "dmy", date(2026, 3, 25)),
        ("30-02-2026", "ymd", None),
        ("31 maart", "ymd", None),
        ("", "ymd", None),
    ],
)
def test_days_in_all_their_shapes(text: str, packed: str, on: date | None) -> None:
    assert day_of(text, packed=packed) == on


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3/2026", "2026-03"), ("2026/03", "2026-03"), ("2026-03", "2026-03"), ("03", "2026-03"), ("3", "2026-03"),
        ("2026-P04", "2026-P04"), ("P4", "2026-P04"), ("P04 2026", "2026-P04"), ("", "2026-03"), ("Q1", "Q1"),
    ],
)  # fmt: skip
def test_periods_in_all_their_shapes(text: str, period: str) -> None:
    assert period_of(text, date(2026, 3, 25)) == period


def test_last_days_of_months_and_of_four_weeks() -> None:
    assert last_day("2028-02") == date(2028, 2, 29)
    assert last_day("2026-P01") == date(2026, 1, 28)
    assert last_day("2026-P13") == date(2026, 12, 31)
    assert (last_day("2026-13"), last_day("2026-P14"), last_day("Q1")) == (None, None, None)
    assert (named_period("loon_202603.csv"), named_period("2026-P04.xml"), named_period("x202699.csv")) == (
        "2026-03",
        "2026-P04",
        "",
    )
    assert (exact("1,00"), exact("1e3"), exact("-1.5")) == (None, None, D("-1.5"))


@needs_feeds
def test_given_wage_batches_are_read_as_their_manifest_says() -> None:
    found = given_files("payroll")
    assert found
    for path, row in found:
        journal, expect = _journal(path.read_bytes(), path.name), row["expect"]
        total = D(expect["sum_S"]) + D(expect["sum_H"])
        assert (journal.written, journal.debit, journal.credit) == (2 * expect["rows"], total, total)
        first = expect["first"][0]
        assert (journal.lines[0].account, journal.lines[1].account) == (first["account"], first["offset"])
        assert journal.lines[0].side == {"S": "debit", "H": "credit"}[first["side_of_account"]]
        assert journal.lines[0].amount == D(first["amount"])


lines = st.lists(
    st.tuples(st.sampled_from(["4000", "4010", "1700"]), st.sampled_from(["", "100"]), st.integers(1, 10**9)),
    min_size=1,
    max_size=9,
)


@given(lines)
def test_the_same_run_in_every_layout_is_the_same_lines(found: list[tuple[str, str, int]]) -> None:
    signed = [(account, center, D(cents).scaleb(-2)) for account, center, cents in found]
    signed.append(("1540", "", -sum((a for _, _, a in signed), D(0))))

    def shown(data: str, file: str = "loon.csv") -> list[Any]:
        journal = _journal(data.encode(), file)
        return [(x.account, x.cost_center, x.amount if x.side == "debit" else -x.amount) for x in journal.lines]

    side = {True: "debit", False: "credit"}
    xml = "".join(
        f"<line><dim1>{a}</dim1><dim2>{c}</dim2><value>{abs(n)}</value><debitcredit>{side[n > 0]}</debitcredit></line>"
        for a, c, n in signed
    )
    assert (
        shown(
            f"<transactions><transaction><header><date>2026-03-31</date></header><lines>{xml}</lines></transaction></transactions>",
            "x",
        )
        == signed
    )
    assert shown("".join(f"{i};90;1;31-03-2026;3;{a};{c};;x;{n};\n" for i, (a, c, n) in enumerate(signed, 1))) == signed
    dutch = [(a, c, f"{n:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")) for a, c, n in signed]
    assert (
        shown(
            "Datum;Grootboekrekening;Kostenplaats;Waarde;Boekstuknummer;Omschrijving\n"
            + "".join(f"31-3-2026;{a};{c};{n};1;x\n" for a, c, n in dutch)
        )
        == signed
    )
    two = "".join(f"{a},{c},{n if n > 0 else ''},{-n if n < 0 else ''},2026-03-31,1\n" for a, c, n in signed)
    assert shown("Rekening,Kostenplaats,Debet,Credit,Datum,Boekstuk\n" + two) == signed
    fields = [
        [str(i), "M", "90", *[""] * 4, "31-03-26", a, *[""] * 3, str(n), *[""] * 13, c, "", "", '""']
        for i, (a, c, n) in enumerate(signed, 1)
    ]
    assert shown("\n".join(",".join(cells) for cells in fields)) == signed
