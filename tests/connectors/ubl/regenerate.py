"""`python -m tests.connectors.ubl.regenerate` rewrites every twin. Read the difference before you keep it."""

from __future__ import annotations

import json

from tests.connectors.ubl.dump import SAMPLES, reading


def main() -> None:
    """Write `<name>.json` beside each sample."""
    for sample in sorted(SAMPLES.glob("*.xml")):
        text = json.dumps(reading(sample), indent=1, ensure_ascii=False)
        sample.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        print(sample.stem)


if __name__ == "__main__":
    main()
