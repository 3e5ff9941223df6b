"""TransportHeader: what the envelope around a document says about its journey."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransportHeader:
    """The Peppol envelope (SBDH) of one document; every field is "" where the envelope does not say.

    `sender` and `receiver` are participants as `0106:12345678`; `document_type` is the full document
    type identifier (`urn:…:Invoice-2::Invoice##…::2.1`), `process` the process identifier, `country`
    that of the sender (COUNTRY_C1). `instance_id` identifies this sending and finds its repetitions. `standard` and `type`
    are the namespace and name of the document's root.
    """

    instance_id: str = ""
    sender: str = ""
    receiver: str = ""
    document_type: str = ""
    process: str = ""
    country: str = ""
    standard: str = ""
    type: str = ""
