"""`hub pay`, `payments`, `match`, `mandates`, `journal` as people call them, on the demo company."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from tests.cli.conftest import Cli


def _open(demo: Cli, number: str) -> str:
    """What is open of an invoice."""
    rows = [row for row in demo("open-items", "--json").rows if row["invoice"] == number and row["part"] == "normal"]
    return str(rows[0]["outstanding"]) if rows else "0.00"


def test_pay_settles_in_part_and_then_whole(demo_copy: Cli) -> None:
    first = demo_copy("pay", "GK-2026-0190", "--amount", "100,00", "--date", "2026-11-20", "--json").rows[0]
    assert first["settled"][0]["outstanding"] == "86.34"
    assert [p["account"] for p in first["entry"]["postings"]] == ["1100", "1600"]
    demo_copy("pay", "GK-2026-0190", "--date", "2026-11-20")
    assert _open(demo_copy, "GK-2026-0190") == "0.00"


def test_dry_run_of_pay_records_nothing(demo_copy: Cli) -> None:
    assert demo_copy("pay", "KD-26031", "--dry-run", "--json").rows[0]["recorded"] is False
    assert _open(demo_copy, "KD-26031") == "8400.00"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("pay", "NOPE"), 4, "HUB-ASK-07"),
        (("pay", "KD-26031", "--amount", "9000", "--difference"), 2, "HUB-ASK-22"),
        (("pay", "KD-26031", "--with-discount"), 2, "HUB-ASK-18"),
        (("pay", "KD-26031=9000"), 5, "HUB-ASK-09"),
        (("pay",), 2, "HUB-ASK-14"),
        (("pay", "KD-26031", "--bank", "NL00"), 4, "HUB-ASK-23"),
        (("pay", "KD-26031", "--amount", "1.234"), 2, "thousands"),
        (("match", "accept", "999999-abc"), 4, "HUB-ASK-30"),
        (("match", "reject", "abc"), 4, "HUB-ASK-32"),
        (("unmatch", "INK", "1", "--year", "2026"), 5, "HUB-ASK-29"),
        (("payments", "confirm", "77"), 4, "HUB-ASK-37"),
        (("mandates", "revoke", "M"), 4, "no mandate"),
        (("mandates", "add", "C0019", "M-1", "--signed", "2026-01-01", "--iban", "NL00"), 2, "no valid IBAN"),
        (("journal", "reverse", "MEM", "99", "--year", "2026"), 4, "HUB-ASK-28"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    demo_copy: Cli, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = demo_copy(*arguments)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert _open(demo_copy, "KD-26031") == "8400.00"


def test_more_than_is_open_is_refused_and_can_be_put_on_account(demo_copy: Cli) -> None:
    ran = demo_copy("pay", "VF-2026-0101", "--amount", "900", "--json")
    assert (ran.code, [f["code"] for f in ran.rows[0]["findings"]], ran.rows[0]["findings"][0]["found"]) == (
        2, ["HUB-ASK-11"], "3.39",
    )  # fmt: skip
    assert "--on-account" in ran.err
    assert _open(demo_copy, "VF-2026-0101") == "896.61"
    paid = demo_copy("pay", "VF-2026-0101", "--amount", "900", "--on-account", "--reference", "teveel", "--json")
    assert (paid.code, paid.rows[0]["settled"][0]["outstanding"]) == (0, "0.00")
    assert _open(demo_copy, "teveel") == "-3.39"


def test_blocked_invoice_is_not_paid_by_accident(demo_copy: Cli) -> None:
    ran = demo_copy("pay", "KB-20260601")
    assert (ran.code, "HUB-ASK-51" in ran.err, _open(demo_copy, "KB-20260601")) == (5, True, "59.90")
    assert demo_copy("pay", "KB-20260601", "--despite-block", "--reason", "gebeld").code == 0


def test_payment_in_a_closed_period_says_where_it_is_booked(demo_copy: Cli) -> None:
    assert demo_copy("periods", "close", "2026-10", "--reason", "afgestemd").code == 0
    ran = demo_copy("pay", "VF-2026-0101", "--amount", "10", "--date", "2026-10-20", "--json")
    assert (ran.code, ran.rows[0]["entry"]["date"]) == (0, "2026-11-01")
    assert [(f["code"], f["found"], f["expected"]) for f in ran.rows[0]["findings"]] == [
        ("HUB-PAY-12", "2026-10-20", "2026-11-01")
    ]


def test_what_cannot_be_is_said_in_the_readers_language(demo_copy: Cli) -> None:
    assert "staat niets open" in demo_copy("pay", "NOPE").err
    assert "Nothing is open of NOPE" in demo_copy("pay", "NOPE", "--language", "en").err
    assert "Nothing is open of NOPE" in demo_copy("pay", "NOPE", "--language=en").err


def test_bank_file_is_tried_whole_then_booked_once(demo_copy: Cli, tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_text(
        "datum;bedrag;tegenrekening;naam;omschrijving\n20-11-2026;-880,30;;Wolkenhof;polis WH-55120\n21-11-2026;-59,90;;Kabelbrug;x\n"
    )
    tried = demo_copy("payments", "import", str(file), "--dry-run", "--json").rows
    assert [row["outcome"] for row in tried] == ["matched", "suspense"]
    assert _open(demo_copy, "WH-55120") == "880.30"
    booked = demo_copy("payments", "import", str(file), "--json").rows
    assert [row["settles"] for row in booked] == [["WH-55120"], []]
    assert [r["outcome"] for r in demo_copy("payments", "import", str(file), "--json").rows] == ["duplicate"] * 2
    (waits,) = demo_copy("match", "list", "--json").rows
    assert len(waits["proposals"]) == 4
    key = next(p["key"] for p in waits["proposals"] if p["settles"][0]["invoice"] == "KB-20260901")
    assert demo_copy("match", "accept", key, "--json").rows[0]["settled"][0]["outstanding"] == "0.00"
    assert demo_copy("match", "list", "--json").rows == []
    assert demo_copy("verify", "--json").code == 0


def test_faulty_bank_file_names_every_fault_and_books_nothing(demo_copy: Cli, tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_text("date;amount;bank_account\n2026-11-20;-880.30;\n2026-13-01;x;\n2026-11-20;5;NL91ABNA0417164300\n")
    ran = demo_copy("payments", "import", str(file), "--json")
    assert ran.code == 3
    assert [row["code"] for row in ran.rows] == ["HUB-PAY-05", "HUB-PAY-07", "HUB-PAY-11"]
    assert demo_copy("match", "list", "--json").rows == []


def test_proposal_goes_to_a_file(demo_copy: Cli, tmp_path: Path) -> None:
    ran = demo_copy("payments", "propose", "--until", "2026-11-30", "--date", "2026-11-24", "--json").rows[0]
    number = str(ran["proposal"])
    assert {"blocked", "bad_iban"} <= {row["why"] for row in ran["left_out"]}
    demo_copy("payments", "remove", number, "1")
    assert demo_copy("payments", "confirm", number, "--json").rows[0]["entry"] is None
    out = tmp_path / "out.xml"
    made = demo_copy("payments", "export", number, "--out", str(out), "--json").rows[0]
    root = etree.fromstring(out.read_bytes())
    assert root.findtext(".//{*}CtrlSum") == made["total"]
    assert sum(Decimal(e.text or "0") for e in root.iter("{*}InstdAmt")) == Decimal(made["total"])
    assert all(len(e.text or "") <= 35 for e in root.iter("{*}EndToEndId"))
    listed = demo_copy("payments", "list", "--json").rows[0]
    assert (listed["state"], listed["total"]) == ("exported", made["total"])


def test_match_run_settles_credit_notes_with_what_they_name(demo_copy: Cli) -> None:
    rows = demo_copy("match", "run", "--json").rows
    assert {row["code"] for row in rows} == {"match_credit_note"}
    assert _open(demo_copy, "GK-2026-C003") == "0.00"


def test_journal_books_a_file_or_nothing_of_it(demo_copy: Cli, tmp_path: Path) -> None:
    file = tmp_path / "memo.csv"
    head = "journal;date;description;account;debit;credit;relation;invoice\n"
    file.write_text(head + "MEM;2026-11-20;Kosten;4640;12,50;;;\nMEM;2026-11-20;Kosten;1100;;12,50;;\n")
    posted = demo_copy("journal", "post", str(file), "--json").rows
    assert [row["journal"] for row in posted] == ["MEM"]
    undone = demo_copy("journal", "reverse", "MEM", str(posted[0]["number"]), "--year", "2026", "--json")
    assert undone.code == 0
    file.write_text(head + "MEM;2026-11-20;Fout;1600;400;;C0001;GK-2026-0012\nMEM;2026-11-20;Fout;1100;;399;;\n")
    ran = demo_copy("journal", "post", str(file), "--json")
    assert (ran.code, [row["code"] for row in ran.rows]) == (3, ["HUB-JRN-08"])
    assert _open(demo_copy, "GK-2026-0012") == "347.27"


def test_people_read_it_in_both_languages(demo_copy: Cli) -> None:
    for language in ("nl", "en"):
        assert demo_copy("match", "list", "--language", language).code == 0
        assert demo_copy("pay", "SA-1007", "--dry-run", "--language", language).code == 0
        ran = demo_copy("payments", "propose", "--until", "2026-11-30", "--dry-run", "--language", language)
        assert ran.code == 0
        assert ("geblokkeerd" if language == "nl" else "blocked") in ran.out
