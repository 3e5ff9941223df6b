"""Sink kind `batch`: one file per case, by SFTP or mail, for an agency without an interface.

One file per case and not one a day: it leaves when the case leaves, has one end, and bears the case number as its name, by which the
agency knows it when it comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from connectors.collection_batch.pack import Way, file_of
from hub.errors import InDoubt, Usage
from hub.formats.case_dispatch import CaseDispatch, read_case_dispatch
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Secret

if TYPE_CHECKING:
    from connectors.collection_batch.by_mail import MailBox
    from connectors.collection_batch.by_sftp import Folder

_SHARED = ("by", "headings", "repeats", "host", "port", "user")
_OF = {
    "sftp": (*_SHARED, "path", "known_hosts", "key", "password"),
    "mail": (*_SHARED, "to", "sender", "password", "starttls"),
}
Repeats = Literal["known", "doubtful"]


class Batch:
    """One agency. `repeats` says whether it knows a file that comes again; else a person decides what is in doubt."""

    harmless_twice = False

    def __init__(self, way: Way, headings: str, repeats: Repeats) -> None:
        self._way, self._headings, self._repeats = way, headings, repeats

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """The file, whole or not at all. Answers come as a table or a statement, later."""
        sent = read_case_dispatch(dispatch.body)
        file = file_of(sent, dispatch, self._headings)
        said = () if self._way.leave(file) else ("unchanged",)
        return Delivered(file.name, "; ".join((*said, *_left(sent)))[:500])

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """What lies there arrived, and what was only begun did not; where nothing lies, what `repeats` says counts."""
        sent = read_case_dispatch(dispatch.body)
        name = file_of(sent, dispatch, self._headings).name
        holds = self._way.holds(name)
        if holds is not None:
            return Delivered(name) if holds else None
        if self._repeats == "known":
            return None
        raise InDoubt(f"{name} may have been taken: ask the agency whether it has {sent.number}")

    def close(self) -> None:
        """Nothing stays open."""


def _left(sent: CaseDispatch) -> list[str]:
    return [f"{document.name} did not travel along" for document in sent.documents if document.body is None]


class Kind:
    """Cases as files, by SFTP or mail."""

    kinds, forms = ("case",), ("CSV", "ZIP")

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Batch:
        """Options: `by` (`sftp` or `mail`) and those of the way; see ADAPTERS.md."""
        where, by = f"[sink.{name}]", str(options.get("by", ""))
        if by not in _OF:
            raise Usage(f'{where} by = {by!r}: expected "sftp" or "mail"')
        if unknown := sorted(set(options) - set(_OF[by])):
            raise Usage(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(_OF[by])}")
        headings = _one_of(where, options, "headings", ("nl", "en"))
        repeats: Any = _one_of(where, options, "repeats", ("known", "doubtful"))
        return Batch(_folder(name, options) if by == "sftp" else _mail_box(name, options), headings, repeats)


def _folder(name: str, options: Mapping[str, Any]) -> Folder:
    try:
        from connectors.collection_batch.by_sftp import Folder
    except ImportError as error:
        raise Usage(f"[sink.{name}]: SFTP needs the package paramiko: install boekhub[sftp]") from error
    key = str(options.get("key", ""))
    if key and not key.startswith("file:"):
        raise Usage(f'[sink.{name}] key: expected "file:/path" of a private key')
    return Folder(
        name, _filled(name, options, "host"), _filled(name, options, "user"), Path(_filled(name, options, "known_hosts")),
        _port(name, options, 22), str(options.get("path", ".")), key.removeprefix("file:"), _secret(options),
    )  # fmt: skip


def _mail_box(name: str, options: Mapping[str, Any]) -> MailBox:
    from connectors.collection_batch.by_mail import MailBox

    starttls = options.get("starttls", True)
    if not isinstance(starttls, bool):
        raise Usage(f"[sink.{name}] starttls = {starttls!r}: expected true or false")
    return MailBox(
        name, _filled(name, options, "host"), _filled(name, options, "sender"), _filled(name, options, "to"),
        _port(name, options, 587), str(options.get("user", "")), _secret(options), starttls,
    )  # fmt: skip


def _filled(name: str, options: Mapping[str, Any], key: str) -> str:
    if not (value := str(options.get(key, ""))):
        raise Usage(f"[sink.{name}]: {key} is missing")
    return value


def _port(name: str, options: Mapping[str, Any], usual: int) -> int:
    value = options.get("port", usual)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65_536:
        raise Usage(f"[sink.{name}] port = {value!r}: expected a whole number from 1 to 65535")
    return value


def _one_of(where: str, options: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = str(options.get(key, choices[0]))
    if value not in choices:
        raise Usage(f"{where} {key} = {value!r}: expected {' or '.join(map(repr, choices))}")
    return value


def _secret(options: Mapping[str, Any]) -> Secret | None:
    return Secret(str(options["password"])) if options.get("password") else None


kind = Kind()
