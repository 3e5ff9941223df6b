"""The page of a case, for people and programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hub.cli.output import Column
from hub.cli.reading import reading_books

if TYPE_CHECKING:
    from hub.cli.options import Language
    from hub.cli.output import Output
    from hub.model.case_file import CaseFile

_CLAIMS = (
    Column("invoice"), Column("due", "date"), Column("original", "money"), Column("outstanding", "money"),
    Column("interest", "money"), Column("per_day", "money"),
)  # fmt: skip
_BALANCE = (
    Column("component", "word"),
    Column("claimed", "money"),
    Column("received", "money"),
    Column("outstanding", "money"),
)
_EVENTS = (
    Column("at"),
    Column("type", "word"),
    Column("state", "word"),
    Column("amount", "money"),
    Column("text"),
    Column("by"),
)
_LETTERS = (
    Column("on", "date"),
    Column("level", "word"),
    Column("channel", "word"),
    Column("to"),
    Column("delivered_on", "date"),
)
_DOCUMENTS = (Column("name"), Column("about", "word"), Column("size", "count"))


def show_page(number: str, as_of: date | None, administration: str, as_json: bool, language: Language | None) -> None:
    """Parties, claims, balance, what happened, and what comes next."""
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.cli.collection_files import files_of
        from hub.cli.session import settings_of
        from hub.formats.collection_tables import read_interest_tables
        from hub.reports.cases import case_page

        tables = read_interest_tables(files_of(settings_of(language), "interest"))
        page = case_page(connection, books.id, number, as_of or date.today(), tables)
    page["steps"] = [_step(one, output) for one in page["steps"]]
    page["next"] = [
        {**one, "text": output.text(f"case_next_{one['what']}", **_words(one, page))} for one in page["next"]
    ]
    if output.as_json:
        output.line(page)
        return
    _say(page, output)


def _words(one: dict[str, Any], page: dict[str, Any]) -> dict[str, str]:
    return {"number": page["number"], "dispatch": one.get("dispatch", ""), "agency": page["agency"]}


def _step(one: dict[str, Any], output: Output) -> str:
    from hub.model.codec import restore
    from hub.model.step import Step
    from hub.texts.catalogue import step_text

    return step_text(restore(Step, one), output.language)


def _say(page: dict[str, Any], output: Output) -> None:
    state = output.cell(page["state"], "word")
    output.say("case_title", number=page["number"], agency=page["agency"], state=state)
    if page["raw_status"]:
        output.say("case_raw_status", word=page["raw_status"])
    if page["agency_reference"] or page["link"]:
        output.say("case_reference", reference=page["agency_reference"] or "", link=page["link"] or "")
    for party in page["debtors"]:
        output.say("case_debtor", party=_party(party))
    output.table(page["claims"], _CLAIMS, title="\n" + output.text("title_case_claims"))
    output.table(page["balance"], _BALANCE, title="\n" + output.text("title_case_balance", date=page["as_of"]))
    for rows, columns, title in (
        (page["letters"], _LETTERS, "title_case_letters"), (page["documents"], _DOCUMENTS, "title_case_documents"),
        (page["events"], _EVENTS, "title_case_events"),
    ):  # fmt: skip
        if rows:
            output.table(rows, columns, title="\n" + output.text(title))
    for step in page["next"]:
        output.say("calculation_step", text=step["text"])


def _party(party: dict[str, Any]) -> str:
    street = " ".join(
        filter(None, (party.get("street"), party.get("house_number"), party.get("house_number_addition")))
    )
    town = " ".join(filter(None, (party.get("postcode"), party.get("city"))))
    words = (party.get("name"), street, town, party.get("kvk"), *party.get("emails", ()), *party.get("telephones", ()))
    return ", ".join(filter(None, words))


def case_json_row(case: CaseFile, state: str) -> dict[str, Any]:
    """A case as it would leave, without the bytes of its documents."""
    import json
    from datetime import UTC, datetime

    from hub.formats.case_protocol import case_json

    made: dict[str, Any] = json.loads(case_json(case, "-", datetime.now(UTC)))
    return {
        "number": case.number,
        "state": state,
        **{k: v for k, v in made.items() if k not in ("message_id", "at", "type")},
    }


def case_lines(output: Output, case: CaseFile) -> None:
    """What will be handed over, with how each amount came about."""
    row = case_json_row(case, "prepared")
    if output.as_json:
        output.line(row)
        return
    output.say("case_title", number=case.number, agency=case.agency, state=output.cell("prepared", "word"))
    for party in row["debtors"]:
        output.say("case_debtor", party=_party(party))
    output.table(row["claims"], _CLAIMS, title="\n" + output.text("title_case_claims"))
    totals = [
        {"component": name, "claimed": row["totals"][name]}
        for name in ("principal", "interest", "costs", "vat", "total")
    ]
    output.table(totals, _BALANCE[:2], title="\n" + output.text("title_case_balance", date=str(case.dated)))
    if row["letters"]:
        output.table(row["letters"], _LETTERS, title="\n" + output.text("title_case_letters"))
    output.table(row["documents"], _DOCUMENTS, title="\n" + output.text("title_case_documents"))
    from hub.texts.catalogue import step_text

    for step in case.steps:
        output.say("calculation_step", text=step_text(step, output.language, case.currency))
