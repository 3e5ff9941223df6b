"""Case: one demo file, and what a bookkeeper expects to happen with it."""

from __future__ import annotations

from dataclasses import dataclass

from .draft import Draft
from .ubl import write


@dataclass(frozen=True)
class Case:
    """One file. `codes` are the VAT codes of starter.toml, one per row of the VAT breakdown, in its order.

    `also` is another outcome that is right under another setting of the administration; `base_total` the total in euro of a
    document in another currency. `content` is
    given where the file is not simply the draft as UBL; `members` where it is a zip of several drafts.
    """

    file: str
    outcome: str
    nl: str
    en: str
    draft: Draft | None = None
    direction: str = "purchase"
    codes: tuple[str, ...] = ()
    deductible: bool = True
    account: str = ""
    findings: tuple[str, ...] = ()
    also: str = ""
    base_total: str = ""
    content: bytes = b""
    members: tuple[tuple[str, Draft], ...] = ()

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if self.content:
            return self.content
        assert self.draft is not None, self.file
        return write(self.draft)
