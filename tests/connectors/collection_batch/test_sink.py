"""Cases as files, by real SFTP and SMTP on loopback: whole or not at all, and each once."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.collection_batch import kind
from connectors.collection_batch.sink import Batch
from connectors.collection_batch.table import COLUMNS
from hub.errors import InDoubt, Permanent, Transient, Unavailable, Usage
from hub.net import Http
from tests.collecting_cases import COMPANY, NUMBER, PDF, PERSON, case_file, claim, dispatch_of, document, notice_of
from tests.far_side import free_port
from tests.workers.mail_server import Letterbox, letterbox
from tests.workers.sftp_server import SftpServer, sftp_server

DOCUMENTS = [
    document("factuur-2025-17.pdf"),
    document("2026-41.pdf", b"%PDF two"),
    document("aanmaning.pdf", b"%PDF l", "letter"),
]
CASE = dispatch_of(case_file(), DOCUMENTS)
FILE = f"{NUMBER}.zip"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path / "far") as made:
        yield made


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


def by_sftp(server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Batch:
    monkeypatch.setenv("BUREAU", "geheim")
    known = {"known_hosts": str(server.known_hosts(tmp_path / "known_hosts"))}
    table = {
        "by": "sftp",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "boekhub",
        "password": "env:BUREAU",
        **known,
        **options,
    }
    return kind.open("bureau", table, Http())


def by_mail(box: Letterbox, **options: Any) -> Batch:
    table = {
        "by": "mail", "host": "127.0.0.1", "port": box.port, "starttls": False, "sender": "Demo <incasso@demo.example>",
        "to": "dossiers@bureau.example",
    }  # fmt: skip
    return kind.open("bureau", {**table, **options}, Http())


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def table_of(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_case_lies_there_as_a_table_with_its_pdfs(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = by_sftp(server, tmp_path, monkeypatch).deliver(CASE)
    assert answer.reference == FILE
    assert [path.name for path in server.folder.iterdir()] == [FILE]
    files = unpacked((server.folder / FILE).read_bytes())
    assert list(files) == [f"{NUMBER}.csv", "2025-17.pdf", "2026-41.pdf", "aanmaning.pdf"]
    assert (files["2025-17.pdf"], files["2026-41.pdf"]) == (PDF, b"%PDF two")
    first, second = table_of(files[f"{NUMBER}.csv"])
    assert list(first) == [dutch for _, dutch in COLUMNS]
    assert {name: first[name] for name in ("dossier", "factuur", "factuurbedrag", "betaald", "openstaand", "rente", "pdf")} == {
        "dossier": NUMBER, "factuur": "2025-17", "factuurbedrag": "200,20", "betaald": "100,10", "openstaand": "100,10", "rente": "3,21",
        "pdf": "2025-17.pdf",
    }  # fmt: skip
    assert (first["incassokosten"], second["incassokosten"]) == ("52,52", "0,00")  # of the whole case: told once
    assert (first["debiteur"], first["kvk"], first["huisnummer"], first["e-mail"]) == (
        "Bakkerij Vermeer B.V.", "12345678", "12", "post@vermeer.example, p@vermeer.example",
    )  # fmt: skip
    assert (first["laatste_brief"], first["brief_bezorgd"]) == ("aanmaning", "2026-10-01")


def test_headings_may_be_english_and_the_second_debtor_is_named(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_sftp(server, tmp_path, monkeypatch, headings="en").deliver(dispatch_of(case_file(debtors=(COMPANY, PERSON))))
    (row, _) = table_of(unpacked((server.folder / FILE).read_bytes())[f"{NUMBER}.csv"])
    assert list(row) == [name for name, _ in COLUMNS]
    assert row["also_liable"] == "Jan de Boer, Kade 1, 2345 BC Leiden"


@pytest.mark.parametrize("evil", ["=1+1", "+31", "-cmd|x", "@SUM(A1)", "\t=1", "a\r\nb;c", '"q";'])
def test_no_cell_is_a_formula_or_another_cell(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    case = case_file(claims=(claim("1", date(2026, 8, 31), "1.00"),), note=evil, debtors=(replace(COMPANY, name=evil),))
    by_sftp(server, tmp_path, monkeypatch).deliver(dispatch_of(case))
    (row,) = table_of(unpacked((server.folder / FILE).read_bytes())[f"{NUMBER}.csv"])
    assert row["debiteur"] == row["opmerking"]
    assert row["opmerking"][0] not in "=+-@\t"
    assert row["opmerking"].removeprefix("'") == evil.replace("\r\n", " ")


def test_names_that_would_leave_the_folder_or_collide_do_not(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_file(
        number="../I2026/7",
        claims=(claim("../2026/1", date(2026, 8, 31), "1.00"), claim("2026-1", date(2026, 8, 31), "1.00")),
    )
    documents = [
        document("../2026/1.pdf"),
        document("2026-1.pdf"),
        document("x.pdf", about="other"),
        document("X.pdf", about="other"),
    ]
    by_sftp(server, tmp_path, monkeypatch).deliver(dispatch_of(case, documents))
    (path,) = server.folder.iterdir()
    assert path.name == "I2026_7.zip"
    assert list(unpacked(path.read_bytes())) == ["I2026_7.csv", "2026_1.pdf", "2026-1.pdf", "x.pdf", "X-2.pdf"]


def test_same_case_is_the_same_file_byte_for_byte(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = by_sftp(server, tmp_path, monkeypatch)
    sink.deliver(CASE)
    first, state = (server.folder / FILE).read_bytes(), (server.folder / FILE).stat().st_mtime_ns
    assert sink.deliver(CASE).note == "unchanged"
    assert (server.folder / FILE).stat().st_mtime_ns == state
    (server.folder / FILE).unlink()  # the agency took it
    sink.deliver(CASE)
    assert (server.folder / FILE).read_bytes() == first


def test_connection_lost_while_writing_leaves_no_file_and_is_tried_again(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = by_sftp(server, tmp_path, monkeypatch)
    server.breaks.append("write")
    with pytest.raises(Transient):
        sink.deliver(CASE)
    assert not (server.folder / FILE).exists()
    sink.deliver(CASE)
    assert len(unpacked((server.folder / FILE).read_bytes())) == 4


@pytest.mark.parametrize(("where", "arrived"), [("before", False), ("after", True)])
def test_connection_lost_at_the_renaming_is_in_doubt_and_found_out(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, arrived: bool
) -> None:
    sink = by_sftp(server, tmp_path, monkeypatch)
    server.breaks.append(where)
    with pytest.raises(InDoubt):
        sink.deliver(CASE)
    assert (sink.find(CASE) is not None) == arrived
    if not arrived:
        sink.deliver(CASE)
    assert [path.name for path in server.folder.iterdir()] == [FILE]


def test_what_lies_nowhere_is_sent_again_or_left_to_a_person(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken away, or never begun: an agency that knows a case by its file may get it again."""
    assert by_sftp(server, tmp_path, monkeypatch).find(CASE) is None
    with pytest.raises(InDoubt, match=NUMBER):
        by_sftp(server, tmp_path, monkeypatch, repeats="doubtful").find(CASE)


def test_server_that_does_not_let_us_in_or_write_is_told(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = by_sftp(server, tmp_path, monkeypatch)
    monkeypatch.setenv("BUREAU", "wrong")
    with pytest.raises(Usage, match="boekhub"):
        sink.deliver(CASE)
    monkeypatch.setenv("BUREAU", "wrong\ngeheim")  # while one is rotated
    server.read_only = True
    with pytest.raises(Permanent):
        sink.deliver(CASE)
    server.read_only = False
    with pytest.raises(Permanent):
        by_sftp(server, tmp_path, monkeypatch, path="nowhere").deliver(CASE)
    (tmp_path / "known_hosts").write_text("")
    with pytest.raises(Usage, match="host key"):
        sink.deliver(CASE)
    with pytest.raises(Unavailable):
        by_sftp(server, tmp_path, monkeypatch, port=free_port()).deliver(CASE)


def test_notice_is_a_table_of_one_row(server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = notice_of("payment", amount="50.00", currency="EUR", on="2026-11-29", invoice="2026-41")
    answer = by_sftp(server, tmp_path, monkeypatch).deliver(notice)
    (row,) = table_of((server.folder / answer.reference).read_bytes())
    assert answer.reference == f"{NUMBER}-payment-d-2.csv"
    assert row == {
        "dossier": NUMBER, "uw_referentie": "", "soort": "betaling", "datum": "2026-11-29", "bedrag": "50,00", "valuta": "EUR",
        "factuur": "2026-41", "tekst": "",
    }  # fmt: skip


def test_case_comes_as_a_mail_with_the_same_file(box: Letterbox) -> None:
    sink = by_mail(box)
    assert sink.deliver(CASE).reference == FILE
    sink.deliver(CASE)
    ((address, mail), (_, again)) = box.mails
    assert address == "dossiers@bureau.example"
    assert mail["subject"] == f"{NUMBER}: {FILE}"
    assert mail["message-id"] == again["message-id"] == "<d-1@demo.example>"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == FILE
    assert len(unpacked(attachment.get_payload(decode=True))) == 4
    assert bytes(mail) == bytes(again)


@pytest.mark.parametrize(("answer", "error"), [("550 no such box", Permanent), ("451 later", Transient)])
def test_refused_mail_is_for_good_or_for_now(box: Letterbox, answer: str, error: type[Exception]) -> None:
    for place in (box.answers, box.after_data):
        place["dossiers@bureau.example"] = [answer]
        with pytest.raises(error):
            by_mail(box).deliver(CASE)
    assert not box.mails


def test_lost_answer_to_a_mail_is_in_doubt(box: Letterbox) -> None:
    box.after_data["dossiers@bureau.example"] = ["hang up"]
    sink = by_mail(box, repeats="doubtful")
    with pytest.raises(InDoubt):
        sink.deliver(CASE)
    with pytest.raises(InDoubt, match=NUMBER):
        sink.find(CASE)
    assert by_mail(box).find(CASE) is None
    assert len(box.mails) == 1


def test_mail_server_that_is_away_is_an_outage() -> None:
    with pytest.raises(Unavailable):
        by_mail(Letterbox(free_port())).deliver(CASE)


@pytest.mark.parametrize(
    "options",
    [
        {"by": "fax"}, {"by": ""}, {"colour": "red"}, {"host": ""}, {"to": ""}, {"port": 0}, {"port": "25"}, {"starttls": "no"},
        {"headings": "fr"}, {"repeats": "maybe"}, {"password": "geheim"}, {"by": "sftp"},
    ],
)  # fmt: skip
def test_wrong_settings_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        by_mail(Letterbox(25), **options)
