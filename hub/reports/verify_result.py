"""CheckResult: what one invariant came to; Tally collects it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from hub.errors import Transient

SHOWN = 200  # failures that are kept by name; the rest is counted


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant: how many facts were looked at, which of them fail, and what it proves when none does."""

    check: str
    ok: bool
    checked: int
    failures: tuple[str, ...]
    proves: str


@dataclass(slots=True)
class Tally:
    """A check that is being counted, over all administrations."""

    check: str
    proves: str
    checked: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, failures: Iterable[str], *, checked: int = 1, where: str = "") -> None:
        """Note `checked` facts and what is wrong with them; `where` stands before each failure."""
        self.checked += checked
        for failure in failures:
            self.failed += 1
            if len(self.failures) < SHOWN:
                self.failures.append(f"{where}: {failure}" if where else failure)

    def result(self) -> CheckResult:
        """The outcome."""
        shown = list(self.failures)
        if self.failed > len(shown):
            shown.append(f"… and {self.failed - len(shown)} more")
        return CheckResult(self.check, self.failed == 0, self.checked, tuple(shown), self.proves)


def guarded(failures: Iterable[str]) -> Iterator[str]:
    """The failures; a fact so damaged that looking at it breaks is one too. A database that is gone still raises."""
    try:
        yield from failures
    except (Transient, DBAPIError):
        raise
    except Exception as error:
        yield f"cannot be read: {type(error).__name__}: {error}"[:300]
