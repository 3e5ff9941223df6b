"""A process of its own that judges one document and ends: what a cold start costs, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TIMES = 3
_LIBRARY = """
import json, resource, sys
import hub
with open(sys.argv[1], "rb") as file:
    judged = hub.validate(file.read(), ["xsd", "en16931", "peppol"])
used = resource.getrusage(resource.RUSAGE_SELF)
# The peak of this program alone: what getrusage calls that is also the peak of whoever started it.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([used.ru_utime + used.ru_stime, int(status["VmHWM"].split()[0]) / 1024]))
"""
_COMMAND = """
import resource, subprocess, sys
subprocess.run([sys.argv[1], "validate", sys.argv[2], "--json"], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""


@dataclass(frozen=True, slots=True)
class Alone:
    """Seconds of CPU from the start of the process to its end, as a library and as `hub validate`; peak memory in MB."""

    library: float
    command: float
    peak_mb: float


def alone(data: bytes) -> Alone:
    """Judge a document in processes of its own, several times; medians."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        path = Path(folder) / "invoice.xml"
        path.write_bytes(data)
        library = [json.loads(_run(_LIBRARY, str(path))) for _ in range(_TIMES)]
        program = str(Path(sys.executable).with_name("hub"))
        command = [float(_run(_COMMAND, program, str(path))) for _ in range(_TIMES)]
    return Alone(median(cpu for cpu, _ in library), median(command), median(peak for _, peak in library))


def _run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True)
    return done.stdout
