"""The README's program for publishing from outside works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hub.transport.rabbitmq import RabbitTransport
from tests.transport.harness import receive_exactly

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


@pytest.mark.rabbit
def test_program_of_the_readme_publishes_a_document_when_it_is_run_as_it_stands(
    broker_url: str, tmp_path: Path
) -> None:
    program = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(program) == 1
    (tmp_path / "publish.py").write_text(program[0])
    (tmp_path / "invoice.xml").write_bytes(b"<Invoice/>")
    command = [sys.executable, "publish.py", broker_url, "demo", "invoice.xml"]
    with closing(RabbitTransport(broker_url)) as transport:
        transport.declare()
        for _ in range(2):
            subprocess.run(command, cwd=tmp_path, check=True)
        first, again = receive_exactly(transport.consume("invoice", prefetch=10), 2)
    assert (first.envelope.body, first.envelope.administration) == (b"<Invoice/>", "demo")
    assert first.envelope.message_id == again.envelope.message_id != ""
