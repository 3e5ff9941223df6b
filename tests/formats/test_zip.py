"""Zip archives: every member is its bytes or a refusal, whatever the headers claim."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats import zip as archives
from hub.formats.zip import Member, members, name_fault


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of the given members."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # the same name twice is a thing to test
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def outcomes(data: bytes) -> list[tuple[str, str]]:
    """Name and refusal code ("" for read) per member."""
    return [(member.name, member.refusal.code if member.refusal else "") for member in members(data)]


def _link(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_members_are_read_in_order_and_folders_skipped() -> None:
    found = list(members(packed(("map/", b""), ("map/b.xml", b"<b/>"), ("a.xml", b"<a/>"), ("leeg.xml", b""))))
    assert found == [Member("map/b.xml", b"<b/>"), Member("a.xml", b"<a/>"), Member("leeg.xml", b"")]


def test_archive_behind_other_bytes_is_read() -> None:
    assert outcomes(b"MZ stub" + packed(("a.xml", b"<a/>"))) == [("a.xml", "")]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"<a/>", b"PK\x03\x04" + b"\0" * 50, b"PK\x05\x06", packed(("a", b"x"))[:-5]],
    ids=["empty", "magic", "xml", "header", "end", "cut"],
)
def test_what_is_no_archive_is_one_refusal_without_a_name(data: bytes) -> None:
    assert outcomes(data) == [("", "HUB-ZIP-01")]


def test_empty_archive_has_no_members() -> None:
    assert outcomes(packed()) == []


def test_bad_members_never_stop_the_others() -> None:
    data = packed(
        ("goed-1.xml", b"<a/>"),
        ("../weg.xml", b"<a/>"),
        (_link("koppeling.xml", stat.S_IFLNK | 0o777), b"/etc/passwd"),
        (_link("apparaat.xml", stat.S_IFCHR | 0o600), b""),
        ("in.zip", packed(("diep.xml", b"<a/>"))),
        ("verkleed.xml", packed(("diep.xml", b"<a/>"))),
        ("bom.xml", b"0" * 1_000_000),
        ("goed-2.xml", b"<b/>"),
    )
    assert outcomes(data) == [
        ("goed-1.xml", ""),
        ("../weg.xml", "HUB-ZIP-06"),
        ("koppeling.xml", "HUB-ZIP-08"),
        ("apparaat.xml", "HUB-ZIP-08"),
        ("in.zip", "HUB-ZIP-09"),
        ("verkleed.xml", "HUB-ZIP-09"),
        ("bom.xml", "HUB-ZIP-05"),
        ("goed-2.xml", ""),
    ]


def test_spreadsheet_is_a_document_though_it_is_a_zip() -> None:
    assert outcomes(packed(("rooster.xlsx", packed(("xl/a.xml", b"<a/>"))))) == [("rooster.xlsx", "")]


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_encrypted_member_is_refused(flag: int) -> None:
    data = bytearray(packed(("a.xml", b"<a/>"), ("b.xml", b"<b/>")))
    directory = data.find(b"PK\x01\x02")
    data[directory + 8 : directory + 10] = struct.pack("<H", flag)
    assert outcomes(bytes(data)) == [("a.xml", "HUB-ZIP-07"), ("b.xml", "")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_methods_are_refused(method: int) -> None:
    assert outcomes(packed(("a.xml", b"<a/>" * 9), method=method)) == [("a.xml", "HUB-ZIP-11")]


def test_damaged_member_is_refused_and_the_next_is_read() -> None:
    data = bytearray(packed(("a.xml", b"<a>aaaa</a>"), ("b.xml", b"<b/>"), method=zipfile.ZIP_STORED))
    data[data.find(b"aaaa")] = ord("X")
    assert outcomes(bytes(data)) == [("a.xml", "HUB-ZIP-01"), ("b.xml", "")]


@pytest.mark.parametrize(("size", "lie"), [(5, 2), (2, 50), (5, 2**31)])
def test_size_in_the_header_is_not_believed(size: int, lie: int) -> None:
    data = bytearray(packed(("a.xml", b"x" * size), ("b.xml", b"<b/>")))
    directory = data.find(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", lie)
    found = outcomes(bytes(data))
    assert found[1] == ("b.xml", "")
    assert found[0] == ("a.xml", "HUB-ZIP-01" if lie < size else "")


def test_entries_that_share_bytes_are_all_refused() -> None:
    data = bytearray(packed(("a.xml", b"<a/>" * 20), ("b.xml", b"<b/>" * 20), ("c.xml", b"<c/>")))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # the offset of the local header
    assert outcomes(bytes(data)) == [("a.xml", "HUB-ZIP-10"), ("b.xml", "HUB-ZIP-10"), ("c.xml", "")]


def test_entry_that_reaches_into_the_next_is_refused() -> None:
    data = bytearray(packed(("a.xml", b"<a/>"), ("b.xml", b"<b/>"), ("c.xml", b"<c/>"), method=zipfile.ZIP_STORED))
    first = data.find(b"PK\x01\x02")
    data[first + 20 : first + 28] = struct.pack("<II", 30, 30)
    assert outcomes(bytes(data)) == [("a.xml", "HUB-ZIP-10"), ("b.xml", "HUB-ZIP-10"), ("c.xml", "")]


@pytest.mark.parametrize(("count", "codes"), [(archives.MAX_ENTRIES, {""}), (archives.MAX_ENTRIES + 1, {"HUB-ZIP-02"})])
def test_number_of_entries_has_a_limit(count: int, codes: set[str]) -> None:
    assert {code for _, code in outcomes(packed(*((f"{n}.xml", b"") for n in range(count))))} == codes


def test_directory_of_a_million_entries_is_refused_before_it_is_read() -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 300_000
    for count in (1, 0xFFFF):  # what the end record claims is no matter
        end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), 0, 0)
        assert outcomes(directory + end) == [("", "HUB-ZIP-02")]


def _noise(size: int) -> bytes:
    """Bytes that pack to about a tenth, so that only the size can be refused."""
    return b"".join(n.to_bytes(4, "little") * 10 for n in range(size // 40)) + b"x" * (size % 40)


@pytest.mark.parametrize(("size", "code"), [(archives.MAX_MEMBER, ""), (archives.MAX_MEMBER + 1, "HUB-ZIP-03")])
def test_member_size_has_a_limit(size: int, code: str) -> None:
    assert outcomes(packed(("a.csv", _noise(size)), ("b.xml", b"<b/>"))) == [("a.csv", code), ("b.xml", "")]


def test_total_size_has_a_limit_and_what_went_before_is_kept() -> None:
    data = packed(*((f"{n}.csv", _noise(archives.MAX_TOTAL // 5)) for n in range(5)), ("over.csv", b"x"))
    assert [code for _, code in outcomes(data)] == [""] * 5 + ["HUB-ZIP-04"]


@pytest.mark.parametrize(("ratio", "code"), [(50, ""), (500, "HUB-ZIP-05")])
def test_ratio_has_a_limit(ratio: int, code: str) -> None:
    line = bytes(range(256)) * 4 if ratio == 50 else b"0" * 1024
    body = b"".join(line + n.to_bytes(8, "little") * 2 for n in range(200)) if ratio == 50 else line * 500
    assert outcomes(packed(("a.csv", body))) == [("a.csv", code)]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "\\\\server\\a.xml",
        "C:\\a.xml",
        "c:a.xml",
        "../a.xml",
        "a/../../b.xml",
        "a\\..\\b.xml",
        "..",
        "a/ .. /b",
        "con",
        "CON.xml",
        "a/aux.xml",
        "nul .txt",
        "com1.xml",
        "LPT9",
        "a.xml\n",
        "a\x7f.xml",
        "a\x00.xml",
        "",
        "aux:stroom",
        "map/",
    ],
)
def test_unsafe_names_have_a_fault(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    "name", ["a.xml", "map/a.xml", "..a.xml", "a..b", "console.xml", "factuur é 1.xml", "com10.xml", ".verborgen"]
)
def test_plain_names_have_no_fault(name: str) -> None:
    assert name_fault(name) == ""


def test_name_is_cut_nowhere_by_a_nul() -> None:
    data = packed(("a.xmlQ.exe", b"<a/>")).replace(b"a.xmlQ.exe", b"a.xml\0.exe")
    assert outcomes(data) == [("a.xml\0.exe", "HUB-ZIP-06")]


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from(["..", ".", "a", "/", "\\", "C:", "nul", "\0", " "]), max_size=8).map("".join)
)
def test_accepted_names_stay_inside_their_folder(name: str) -> None:
    if not name_fault(name):
        path = PurePosixPath(name.replace("\\", "/"))
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert "\0" not in name


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_any_member_name_is_an_outcome_and_its_neighbour_is_read(name: str) -> None:
    found = list(members(packed((zipfile.ZipInfo(name), b"<a/>"), ("buur.xml", b"<b/>"))))
    assert found[-1] == Member("buur.xml", b"<b/>")
    assert [(member.data == b"<a/>") != (member.refusal is not None) for member in found[:-1]] == [True]


_WHOLE = packed(("a.xml", b"<a/>" * 30), ("map/b.xml", b"<b/>"), ("c.xml", b"<c>\xc3\xa9</c>"))


@given(
    st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255)), max_size=12), st.integers(0, len(_WHOLE))
)
def test_any_damage_is_an_outcome(changes: list[tuple[int, int]], keep: int) -> None:
    data = bytearray(_WHOLE)
    for place, value in changes:
        data[place] = value
    for damaged in (bytes(data), bytes(data[:keep]), bytes(data[keep:])):
        for member in members(damaged):
            assert member.refusal is None or member.refusal.code.startswith("HUB-ZIP-")
