"""How runs and reminders are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hub.cli.output import Column

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.store.staging import Staged

RUNS = (
    Column("run", "count"), Column("as_of", "date"), Column("state", "word"), Column("reminders", "count"), Column("states"),
)  # fmt: skip
REMINDERS = (
    Column("reference"), Column("relation"), Column("relation_name"), Column("level", "word"), Column("by_channel", "word"),
    Column("recipient"), Column("currency"), Column("principal", "money"), Column("interest", "money"), Column("costs", "money"),
    Column("state", "word"), Column("reason"),
)  # fmt: skip
HISTORY = (
    Column("date", "date"), Column("reference"), Column("level", "word"), Column("by_channel", "word"), Column("recipient"),
    Column("invoices"), Column("principal", "money"), Column("costs", "money"), Column("state", "word"),
    Column("received_on", "date"), Column("reason"),
)  # fmt: skip


def show_reminders(output: Output, rows: Sequence[dict[str, Any]]) -> None:
    """A table of communications."""
    shown = [{**row, "by_channel": row["channel"]} for row in rows]
    output.rows(shown, REMINDERS, empty="dunning_nothing")


def say_rested(output: Output, left: dict[str, Any]) -> None:
    """What is left alone, a sentence for each reason with its first example; and what goes another way than its policy says."""
    from hub.model.codec import restore
    from hub.model.money import from_minor, money_text
    from hub.model.step import Step
    from hub.texts.catalogue import step_text

    for one in sorted(left["reasons"].values(), key=lambda one: (not one["by_person"], -one["count"])):
        why = step_text(restore(Step, one["example"]), output.language)
        key = "dunning_rests_by_person" if one["by_person"] else "dunning_rests"
        amounts = [
            f"{currency} {output.cell(money_text(from_minor(minor, currency), currency), 'money')}"
            for currency, minor in sorted(one["amounts"].items())
        ]
        output.say(key, count=one["count"], amounts=", ".join(amounts), why=why)
    if count := left["other_channel"]["count"]:
        output.say("dunning_without_email", count=count)
    if count := left["ready"]["count"]:
        output.say("dunning_ready", count=count, relations=", ".join(left["ready"]["relations"]))


def say_sent(output: Output, number: int, staged: Staged) -> None:
    """What went where, and what was dropped with its reason."""
    from hub.texts.catalogue import step_text

    dropped = {reference: step_text(why, output.language) for reference, why in staged.dropped.items()}
    if output.as_json:
        codes = [{"reference": r, "code": staged.dropped[r].code, "reason": text} for r, text in dropped.items()]
        output.line(
            {"run": number, "mails": staged.mails, "letters": staged.letters, "calls": staged.calls, "dropped": codes}
        )
        return
    output.say(
        "dunning_sent", run=number, mails=staged.mails, letters=staged.letters, calls=staged.calls, dropped=len(dropped)
    )
    for reference, text in dropped.items():
        output.say("dunning_dropped", reference=reference, why=text)
