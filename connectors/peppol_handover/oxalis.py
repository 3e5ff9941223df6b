"""Oxalis: `inbound/<receiver>/<sender>/<transmission>.doc.xml`, and `.receipt.dat` beside it once it has been answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.peppol_handover.files import read_file
from hub.model.hand_over import HandedOver

DOCUMENT, RECEIPT = ".doc.xml", ".receipt.dat"


class OxalisFolder:
    """A folder that Oxalis fills by its default persister. A document without receipt is still being received."""

    kinds, forms = ("invoice",), ("XML",)

    def ready(self, folder: Path) -> Iterator[tuple[Path, ...]]:
        """In order of name."""
        for document in sorted(folder.glob(f"*/*/*{DOCUMENT}")):
            receipt = document.with_name(document.name.removesuffix(DOCUMENT) + RECEIPT)
            if receipt.is_file():
                yield document, receipt

    def read(self, files: Sequence[Path]) -> HandedOver:
        """Participants from the names of the folders, where Oxalis writes `0106_12345678` for `0106:12345678`."""
        document = files[0]
        sender, receiver = document.parent.name, document.parent.parent.name
        transmission = document.name.removesuffix(DOCUMENT)
        return HandedOver(
            read_file(document), transmission, _participant(receiver), _participant(sender), document.name,
            {"product": "oxalis", "transmission": transmission},
        )  # fmt: skip


def _participant(folder: str) -> str:
    """Only the first: a value may hold an underscore of its own."""
    name = folder.rpartition("::")[2]
    return name if ":" in name else name.replace("_", ":", 1)
