"""TLS: the certificate must bear the name that was asked for, though the connection goes to the address that was judged."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import Unavailable
from hub.net import Http, Manners, Request
from tests.conftest import or_skip
from tests.far_side import FarSide, far_side
from tests.services import Missing

NAME = "shop.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for `shop.example` alone, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
        "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(made),
    ]  # fmt: skip
    with or_skip("TLS"):
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError as error:
            raise Missing("openssl") from error
    return made, key


@pytest.fixture
def partner(certificate: tuple[Path, Path]) -> Iterator[FarSide]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with far_side(context) as made:
        yield made


def client(ca_file: str) -> Http:
    """Every name is this machine."""
    manners = Manners(loopback=True, connect_seconds=2, read_seconds=2, ca_file=ca_file)
    return Http(manners, look_up=lambda _host, _port: ["127.0.0.1"], sleep=lambda _s: None)


def test_name_of_the_certificate_is_the_name_that_was_asked_for(
    partner: FarSide, certificate: tuple[Path, Path]
) -> None:
    http = client(str(certificate[0]))
    assert http.send(Request("GET", f"https://{NAME}:{partner.port}/x")).ok
    assert partner.asked[0].headers["host"] == f"{NAME}:{partner.port}"


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_certificate_of_another_name_is_refused_and_nothing_is_sent(
    partner: FarSide, certificate: tuple[Path, Path], name: str
) -> None:
    with pytest.raises(Unavailable):
        client(str(certificate[0])).send(Request("POST", f"https://{name}:{partner.port}/", {"x-token": "t"}, b"x"))
    assert partner.asked == []


def test_certificate_that_nobody_vouches_for_is_refused(partner: FarSide) -> None:
    with pytest.raises(Unavailable):
        client("").send(Request("GET", f"https://{NAME}:{partner.port}/"))
    assert partner.asked == []
