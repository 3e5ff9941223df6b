"""phoss-ap, forwarding mode filesystem: flat `<id>.xml` with `<id>.json`, or per transaction `<id>/sbd.xml` with `metadata.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.peppol_handover.files import is_settled, read_file
from hub.model.hand_over import HandedOver

_KEPT = ("id", "sbdhInstanceID", "senderID", "receiverID", "docTypeID", "processID", "as4MessageID", "receivedDT", "isDuplicateAS4",
         "isDuplicateSBDH")  # fmt: skip
_MOST_METADATA = 1024 * 1024


class PhossFolder:
    """A folder that phoss-ap fills, in both its shapes, also mixed.

    Files are written under another name and renamed, so what is there is whole.
    """

    kinds, forms = ("invoice",), ("XML",)

    def ready(self, folder: Path) -> Iterator[tuple[Path, ...]]:
        """In order of name. Without metadata after a moment, the envelope says enough."""
        for document in sorted([*folder.glob("*.xml"), *folder.glob("*/sbd.xml")]):
            beside = document.with_name("metadata.json" if document.name == "sbd.xml" else f"{document.stem}.json")
            if _is_whole(beside):
                yield document, beside
            elif is_settled(document):
                yield (document, beside) if beside.is_file() else (document,)

    def read(self, files: Sequence[Path]) -> HandedOver:
        """The metadata names participants and instance; the envelope, when it says otherwise, goes before it."""
        document = files[0]
        metadata = _metadata(files[1]) if len(files) > 1 else {}
        name = document.parent.name if document.name == "sbd.xml" else document.stem
        kept = {key: str(metadata[key]) for key in _KEPT if metadata.get(key) is not None}
        return HandedOver(
            read_file(document), str(metadata.get("sbdhInstanceID") or name), participant(metadata.get("receiverID")),
            participant(metadata.get("senderID")), f"{name}.xml", {"product": "phoss-ap", **kept},
        )  # fmt: skip


def participant(identifier: Any) -> str:
    """`0106:12345678` of `iso6523-actorid-upis::0106:12345678`."""
    return str(identifier or "").rpartition("::")[2]


def _is_whole(path: Path) -> bool:
    return bool(_metadata(path))


def _metadata(path: Path) -> Mapping[str, Any]:
    """Empty when it is not there, half there, or no object."""
    try:
        data = json.loads(read_file(path, _MOST_METADATA))
    except (OSError, ValueError):
        return {}
    except Exception:  # a link, a folder, too large: then the envelope says what there is to know
        return {}
    return data if isinstance(data, dict) else {}
