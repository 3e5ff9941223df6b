"""`python -m tests.feeds.bank.regenerate` rewrites every twin. Read the difference before you keep it."""

from __future__ import annotations

import json

from tests.feeds.bank.dump import files, shown, twin


def main() -> None:
    """Write `<name>.expected.json` beside each sample."""
    for sample in files():
        text = json.dumps(shown(sample), indent=1, ensure_ascii=False)
        twin(sample).write_text(text + "\n", encoding="utf-8")
        print(sample.name)


if __name__ == "__main__":
    main()
