"""Headers of a mail: what is written straight is what the library writes."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.letters import reminder_mail

LIBRARY = SMTP.clone(cte_type="7bit")
TEXTS = st.text(st.sampled_from("abcXYZ019 .,:;()/+-'<>@é€\"\\"), min_size=1, max_size=90).map(str.strip).filter(bool)
ADDRESSES = st.sampled_from(["a.b@example.org", "debiteur-12@bedrijf.nl", "x_y@a-b.co.uk", "1@2.nl"])


def _as_library(name: str, value: str | Address) -> bytes:
    folded: str = LIBRARY.header_factory(name, value).fold(policy=LIBRARY)
    return folded.encode("ascii")


@given(TEXTS)
@example("Aanmaning: facturen VF-2026-0101 en VF-2026-0117")
@example("a" * 67)
@example("a" * 68)
@example("x" * 30 + " " + "y" * 40)
def test_subject_is_written_as_the_library_writes_it(text: str) -> None:
    assert reminder_mail._header("Subject", text) == _as_library("Subject", text)


@given(TEXTS, ADDRESSES)
@example("Klant 12 BV", "debiteur-12@bedrijf.nl")
@example("De Boer, Visser en Zonen", "a.b@example.org")
def test_address_is_written_as_the_library_writes_it(name: str, address: str) -> None:
    value = Address(name, addr_spec=address)
    assert reminder_mail._header("To", value) == _as_library("To", value)


@pytest.mark.parametrize("size", [*range(4), 55, 56, 57, 58, 113, 114, 115, 5000])
def test_attachment_stands_in_lines_of_base64_that_mail_takes(size: int) -> None:
    """RFC 2045: at most 76 characters, and nothing lost at either side of a whole line."""
    from base64 import b64decode

    body = bytes(range(256)) * 20
    written = reminder_mail._base64(body[:size])
    assert b64decode(written) == body[:size]
    assert all(len(line) <= 76 for line in written.split(b"\r\n"))
    assert not re.search(rb"\r\n\r\n|^\r\n", written)
