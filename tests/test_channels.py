"""Channels in hub.toml: typed, checked, each fault with file and key, and secrets by reference only."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.channels import FolderChannel, HttpChannel, ImapChannel, SftpChannel
from hub.errors import Usage
from hub.secret import read_secrets
from hub.settings import HTTP_PORT, load_settings


def read(tmp_path: Path, text: str) -> tuple[object, ...]:
    """The channels of a hub.toml."""
    (tmp_path / "hub.toml").write_text(text)
    return load_settings({"HUB_HOME": str(tmp_path)}).channels


def faults(tmp_path: Path, text: str) -> list[str]:
    """Every fault, without the file it names."""
    with pytest.raises(Usage) as refused:
        read(tmp_path, text)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{tmp_path / 'hub.toml'}: channel") for line in lines)
    return [line.removeprefix(f"{tmp_path / 'hub.toml'}: ") for line in lines]


def test_folder_is_read_with_its_path_beside_the_file(tmp_path: Path) -> None:
    text = '[channel.scan]\nkind = "folder"\npath = "in"\nas = "purchase"\nlane = "bank"\nevery_seconds = 2\n'
    assert read(tmp_path, text) == (
        FolderChannel(name="scan", path=tmp_path / "in", wished="purchase", lane="bank", every_seconds=2.0),
    )


def test_one_secret_may_be_written_without_brackets(tmp_path: Path) -> None:
    (channel,) = read(tmp_path, '[channel.shop]\nkind = "http"\nverify = "shopify"\nsecrets = "env:SHOP"\n')
    assert channel == HttpChannel(name="shop", verify="shopify", secrets=("env:SHOP",))


def test_notes_of_what_is_fetched_are_kept_in_the_home(tmp_path: Path) -> None:
    (channel,) = read(tmp_path, '[channel.m]\nkind = "imap"\nhost = "h"\nuser = "u"\nsecrets = "env:P"\n')
    assert isinstance(channel, ImapChannel)
    assert channel.notes == tmp_path / "channels" / "m" / "failed"


def test_there_is_a_door_only_when_somebody_needs_one(tmp_path: Path) -> None:
    assert load_settings({"HUB_HOME": str(tmp_path)}).http == 0
    read(tmp_path, '[channel.shop]\nkind = "http"\nsecrets = "env:SHOP"\n')
    assert load_settings({"HUB_HOME": str(tmp_path)}).http == HTTP_PORT
    assert load_settings({"HUB_HOME": str(tmp_path), "HUB_HTTP_PORT": "9000"}).http == 9000


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('kind = "foldr"\npath = "in"', "channel.x.kind = 'foldr': expected folder, http, sftp, imap, inbox"),
        ('path = "in"', "channel.x.kind = None: expected"),
        ('kind = "folder"', "channel.x.path: missing"),
        ('kind = "folder"\npath = 5', "channel.x.path = 5: expected a text"),
        ('kind = "folder"\npath = "in"\nlane = "invoices"', "channel.x.lane = 'invoices': expected 'invoice' or 'mutation'"),
        ('kind = "folder"\npath = "in"\nas = "both"', "channel.x.as = 'both': expected 'purchase' or 'sales'"),
        ('kind = "folder"\npath = "in"\npth = "in"', "channel.x.pth: unknown; known are kind, administration"),
        ('kind = "folder"\npath = "in"\nwished = "sales"', "channel.x.wished: unknown"),
        ('kind = "folder"\npath = "in"\nper_administration = "yes"', "channel.x.per_administration = 'yes': expected true"),
        ('kind = "folder"\npath = "in"\nsettle_seconds = 0', "channel.x.settle_seconds = 0: expected seconds, more than 0"),
        ('kind = "folder"\npath = "in"\nevery_seconds = true', "channel.x.every_seconds = True: expected seconds"),
        ('kind = "folder"\npath = "in"\nmax_bytes = "1"', "channel.x.max_bytes = '1': expected a whole number"),
        ('kind = "http"', "channel.x.secrets: missing"),
        ('kind = "http"\nverify = "none"\nsecrets = "env:A"', "channel.x.verify = 'none': expected 'hub' or 'standard'"),
        ('kind = "http"\nverify = "hint"', "channel.x.fetch: a channel of verify = 'hint' names"),
        ('kind = "http"\nverify = "hint"\nfetch = "y"', "channel.x.fetch = 'y': expected a channel to fetch"),
        ('kind = "http"\nsecrets = "env:A"\nfetch = "x"', "channel.x.fetch: a channel of verify = 'hint' names"),
        ('kind = "sftp"\nhost = "h"\nuser = "u"\nsecrets = "env:A"', "channel.x.known_hosts: missing"),
        ('kind = "sftp"\nhost = "h"\nuser = "u"\nknown_hosts = "k"', "channel.x.secrets: missing; a password here"),
        ('kind = "sftp"\nhost = "h"\nuser = "u"\nknown_hosts = "k"\nport = 0\nkey = "file:k"', "channel.x.port = 0: expected"),
        ('kind = "imap"\nhost = "h"\nuser = "u"\nsecrets = "env:A"\ntls = false', "channel.x.tls = False: expected true"),
        ('kind = "http"\nverify = "phoss-ap"', "channel.x.mode = '': expected 'http_post_sync' or 'http_post_async'"),
        ('kind = "http"\nsecrets = "env:A"\nmode = "sync"', "channel.x.mode = 'sync': expected nothing"),
        ('kind = "http"\nverify = "phoss-ap"\nmode = "http_post_sync"\nlane = "bank"', "channel.x.lane: not on a way in from"),
        ('kind = "folder"\npath = "in"\nlayout = "flat"', "channel.x.layout = 'flat': expected 'oxalis' or 'phoss-ap'"),
        ('kind = "folder"\npath = "in"\nlayout = "oxalis"\nas = "sales"', "channel.x.as: not on a way in from an access point"),
        ('kind = "folder"\npath = "i"\nlayout = "oxalis"\nper_administration = true', "channel.x.per_administration = True: not"),
        ('kind = "inbox"', "channel.x.sink: missing"),
        ('kind = "inbox"\nsink = "y"', "channel.x.sink = 'y': expected the NAME of a [sink.NAME]"),
        ('kind = "inbox"\nsink = "y"\nadministration = "demo"', "channel.x.administration: not on a way in from"),
    ],
)  # fmt: skip
def test_fault_names_file_key_and_what_is_expected(tmp_path: Path, table: str, fault: str) -> None:
    (found,) = faults(tmp_path, f"[channel.x]\n{table}\n")
    assert found.startswith(fault)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    text = '[channel.a]\nkind = "folder"\nlane = "x"\n[channel.B]\nkind = "folder"\npath = "in"\n[channel.cli]\nkind = "http"\n'
    named = [fault.partition(":")[0].partition(" = ")[0] for fault in faults(tmp_path, text)]
    assert named == ["channel.a.lane", "channel.a.path", "channel.B.name", "channel.cli.name"]


@pytest.mark.parametrize("key", ["secrets", "key"])
@pytest.mark.parametrize("value", ['"hunter2"', '["env:A", "hunter2"]', '"env:"', '"file:"'])
def test_secret_itself_is_refused_and_not_repeated(tmp_path: Path, key: str, value: str) -> None:
    text = f'[channel.x]\nkind = "sftp"\nhost = "h"\nuser = "u"\nknown_hosts = "k"\n{key} = {value}\n'
    found = faults(tmp_path, text)
    assert found[0].startswith(f"channel.x.{key} = …: expected")
    assert "hunter2" not in str(found)


@pytest.mark.parametrize("text", ["channel = 5\n", "[channel]\nname = 5\n", "[[channel]]\nname = 'x'\n"])
def test_channels_that_are_no_tables_are_named(tmp_path: Path, text: str) -> None:
    assert "expected tables" in faults(tmp_path, text)[0]


def test_secrets_are_read_anew_each_time_and_several_may_be_in_force(tmp_path: Path) -> None:
    file = tmp_path / "s"
    file.write_bytes(b"first \r\n\nsecond")
    read_again = [secret.reveal() for secret in read_secrets(["file:s", "env:A"], tmp_path, {"A": "third"})]
    assert read_again == ["first ", "second", "third"]
    file.write_text("fourth")
    assert [secret.reveal() for secret in read_secrets(["file:s"], tmp_path, {})] == ["fourth"]


def test_reference_that_gives_nothing_is_passed_over_while_another_gives_something(tmp_path: Path) -> None:
    (only,) = read_secrets(["file:gone", "env:A"], tmp_path, {"A": "x"})
    assert only.reveal() == "x"
    with pytest.raises(Usage, match="gone.*variable A is not set"):
        read_secrets(["file:gone", "env:A"], tmp_path, {})
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(Usage, match="is empty"):
        read_secrets(["file:empty"], tmp_path, {})


def test_private_key_alone_is_enough_for_sftp(tmp_path: Path) -> None:
    text = '[channel.x]\nkind = "sftp"\nhost = "h"\nuser = "u"\nknown_hosts = "k"\nkey = "file:id"\n'
    (channel,) = read(tmp_path, text)
    assert isinstance(channel, SftpChannel)
    assert (channel.key, channel.known_hosts) == ("file:id", tmp_path / "k")
