"""Take over what an access point hands us: whose it is, stored and queued in one commit, and what the access point is told.

Whether it is a good invoice is not asked here: a wrong one is taken, judged, and answered later. Refused at the door is only
what is for nobody here, because only the access point can still bring that back to its sender.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from hub.errors import Conflict, Permanent, Transient, UnreadableInput
from hub.failpoints import hit
from hub.formats.sbdh import header_of
from hub.model.hand_over import HandedOver, Receipt
from hub.model.keys import identifier_key, scheme_code
from hub.model.party import Identifier
from hub.ports import FolderHandOver, Inbox
from hub.store.administrations import administration_codes, load_books
from hub.texts.catalogue import message
from hub.workers.publish import Document, publish

if TYPE_CHECKING:
    from hub.bootstrap import Hub

LANE = "invoice"
CHANNEL = "peppol"
DONE, FAILED = "done", "failed"
log = structlog.get_logger(__name__)


def take_over(hub: Hub, handed: HandedOver, *, channel: str = CHANNEL) -> Receipt:
    """Store and queue one document for the administration it is addressed to. Never raises for what a sender sent.

    Handed over twice it is one: the instance identifier of the envelope is its external id (DOMAIN 15.1).
    """
    language = hub.settings.language
    header = header_of(handed.body)
    receiver = (header.receiver if header else "") or handed.receiver
    external_id = (header.instance_id if header else "") or handed.external_id
    if not receiver:
        return Receipt(refusal=message("peppol_no_receiver", language), final=True)
    try:
        owner = owner_of(hub, receiver)
        if owner is None:
            log.warning("receiver_unknown", channel=channel)
            return Receipt(refusal=message("peppol_unknown_receiver", language, receiver=receiver), final=True)
        document = Document(handed.body, handed.file_name, "application/xml", external_id)
        (uid,) = publish(hub, owner.code, [document], LANE, channel=channel)
    except Conflict:
        return Receipt(refusal=message("peppol_conflict", language, instance=external_id), final=True)
    except Transient as error:
        log.warning("hand_over_waits", reason=str(error))
        return Receipt(refusal=message("peppol_later", language))
    return Receipt(uid, administration=owner.code, country=owner.country)


@dataclass(frozen=True, slots=True)
class Owner:
    """The administration that a participant is."""

    code: str
    country: str


def owner_of(hub: Hub, participant: str) -> Owner | None:
    """The administration that bears this participant identifier; None for a stranger.

    `0106:12345678` by its identifiers, and `9944:NL…` by the VAT number. One that two administrations claim is nobody's:
    guessing would show one company's invoice to another.
    """
    scheme, _, value = participant.partition(":")
    with hub.database.reading() as connection:
        books = load_books(connection, administration_codes(connection))
    found = []
    for code, one in books.items():
        country = one.snapshot.country
        wanted = identifier_key(Identifier(value, scheme), country)
        keys = {
            identifier_key(own, country) for own in one.snapshot.identifiers if scheme_code(own.scheme) or own.value
        }
        if wanted and wanted in keys:
            found.append(Owner(code, country))
    return found[0] if len(found) == 1 else None


def take_folder(
    hub: Hub, way: FolderHandOver, folder: Path, *, channel: str = CHANNEL
) -> Iterator[tuple[str, Receipt]]:
    """Everything that lies ready, each with what became of it: then in `done/`, or in `failed/` with the reason beside it.

    Killed between the commit and the move, the file is found again and is a repetition, which only moves it (A3). What waits
    for the database stays where it is.
    """
    for files in way.ready(folder):
        if _is_ours(folder, files[0]):
            continue
        receipt = _taken(hub, way, files, channel)
        hit("hand-over:taken")
        if receipt.taken or receipt.final:
            _move(folder, files, DONE if receipt.taken else FAILED, receipt.refusal)
        yield files[0].name, receipt


def _taken(hub: Hub, way: FolderHandOver, files: Sequence[Path], channel: str) -> Receipt:
    try:
        handed = way.read(files)
    except UnreadableInput as error:
        return Receipt(refusal=message("peppol_no_file", hub.settings.language, found=error.found), final=True)
    except OSError as error:
        return Receipt(refusal=message("peppol_later", hub.settings.language) + f" ({error.strerror})")
    return take_over(hub, handed, channel=channel)


def take_inbox(hub: Hub, inbox: Inbox, *, channel: str = CHANNEL) -> Iterator[tuple[str, Receipt]]:
    """Everything that waits at the access point, each with what became of it: the safety net under its hints.

    Marked as read only after the commit; killed in between, it is fetched again and is a repetition. What is for nobody here
    stays unread there, in sight of whoever looks at it.
    """
    for document in inbox.waiting():
        yield document, take_hinted(hub, inbox, document, channel=channel)


def take_hinted(hub: Hub, inbox: Inbox, document: str, *, channel: str = CHANNEL) -> Receipt:
    """One document that somebody says is there. Raises `Transient` when the access point does not answer."""
    try:
        receipt = take_over(hub, inbox.fetch(document), channel=channel)
    except Permanent as error:
        return Receipt(refusal=str(error), final=True)
    hit("hand-over:fetched")
    if receipt.taken:
        inbox.mark_read(document)
    return receipt


def _is_ours(folder: Path, file: Path) -> bool:
    return file.relative_to(folder).parts[0] in (DONE, FAILED)


def _move(folder: Path, files: Sequence[Path], where: str, reason: str) -> None:
    """Under their own path below `done` or `failed`. One that somebody else moved meanwhile is well."""
    for file in files:
        target = folder / where / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if reason and file is files[0]:
            target.with_name(target.name + ".reason.txt").write_text(reason + "\n", "utf-8")
        try:
            os.replace(file, target)
        except FileNotFoundError:
            log.info("moved_by_another", file=file.name)
    _tidy(folder, files[0].parent)


def _tidy(folder: Path, emptied: Path) -> None:
    """The folder of a transaction goes when nothing is left in it; of receivers and senders too."""
    while emptied != folder and emptied.is_relative_to(folder):
        try:
            emptied.rmdir()
        except OSError:
            return
        emptied = emptied.parent
