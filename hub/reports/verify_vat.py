"""The invariants of VAT: lines and ledger agree, nothing is declared twice or changed after it was filed.

`CHECKS` are questions as in `hub.reports.verify_checks`; `check_filed` looks inside, as those of `verify_stored`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from hub.reports.verify_checks import Check
from hub.reports.verify_result import Tally
from hub.store import tables as t
from hub.store.vat_filing import return_digest

_ENTRY = (
    "COALESCE((SELECT j.code || ' ' || y.year || '/' || e.number FROM entry e, journal j, fiscal_year y"
    " WHERE e.administration_id = :a AND e.id = {0}.entry_id AND j.administration_id = :a AND j.id = e.journal_id"
    " AND y.administration_id = :a AND y.id = e.fiscal_year_id), 'entry ' || {0}.entry_id)"
)
# The row of a VAT line's code: the last that had begun on the day of supply, else the first (as `DatedCodes.row`).
_CODE = """vat_code c ON c.administration_id = :a AND c.code = v.code AND c.valid_from = COALESCE(
             (SELECT MAX(q.valid_from) FROM vat_code q
              WHERE q.administration_id = :a AND q.code = v.code AND q.valid_from <= v.supply_date),
             (SELECT MIN(q.valid_from) FROM vat_code q WHERE q.administration_id = :a AND q.code = v.code))"""
_VAT_ACCOUNTS = """SELECT a.id FROM account a WHERE a.administration_id = :a AND a.code IN (
             SELECT due_account FROM vat_code WHERE administration_id = :a AND due_account <> ''
             UNION SELECT input_account FROM vat_code WHERE administration_id = :a AND input_account <> '')"""
_SIGNED = "CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END"
_WITH_VAT = "SELECT entry_id FROM vat_line WHERE administration_id = :a"

VAT_BOOKED = Check(
    "vat-booked",
    "every entry with VAT lines has exactly their tax on the VAT accounts: the boxes of a return are the ledger",
    f"SELECT COUNT(*) FROM ({_WITH_VAT}) x",
    f"""SELECT {_ENTRY.format("x")} || ': account ' || x.account || ' and its VAT lines differ by ' || SUM(x.amount) FROM (
          SELECT v.entry_id, c.due_account AS account, -v.tax_in_base AS amount FROM vat_line v JOIN {_CODE}
          WHERE v.administration_id = :a AND c.due_account <> ''
          UNION ALL
          SELECT v.entry_id, c.input_account, v.tax_in_base - v.non_deductible_in_base FROM vat_line v JOIN {_CODE}
          WHERE v.administration_id = :a AND c.input_account <> '' AND c.direction = 'purchase'
          UNION ALL
          SELECT p.entry_id, a.code, -({_SIGNED}) FROM posting p
          JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
          WHERE p.administration_id = :a AND p.account_id IN ({_VAT_ACCOUNTS}) AND p.entry_id IN ({_WITH_VAT})) x
        GROUP BY x.entry_id, x.account HAVING SUM(x.amount) <> 0""",
)
VAT_DECLARED = Check(
    "vat-declared",
    "every VAT line is declared at most once, as it was booked, by a return that was filed after it; each return has all of its lines",
    "SELECT COUNT(*) FROM vat_declared WHERE administration_id = :a",
    f"""SELECT {_ENTRY.format("x")} || ': VAT line ' || x.line || ' was declared otherwise than it is booked' FROM vat_declared x
        LEFT JOIN vat_line v ON v.administration_id = :a AND v.entry_id = x.entry_id AND v.line = x.line
        WHERE x.administration_id = :a AND (v.line IS NULL OR (x.box_base <> '' AND x.base <> v.base_in_base)
          OR (x.box_due <> '' AND x.due <> v.tax_in_base)
          OR (x.box_input <> '' AND x.input <> v.tax_in_base - v.non_deductible_in_base))
        UNION ALL SELECT {_ENTRY.format("x")} || ': VAT line ' || x.line || ' was declared before it was booked'
        FROM vat_declared x JOIN vat_return r ON r.administration_id = :a AND r.id = x.return_id
        JOIN entry f ON f.administration_id = :a AND f.id = x.entry_id
        WHERE x.administration_id = :a AND f.posted_at > r.filed_at
        UNION ALL SELECT 'return ' || r.period || ' (' || r.kind || '): ' || COUNT(x.line) || ' lines, filed with ' || r.lines
        FROM vat_return r LEFT JOIN vat_declared x ON x.administration_id = :a AND x.return_id = r.id
        WHERE r.administration_id = :a GROUP BY r.id, r.period, r.kind, r.lines HAVING COUNT(x.line) <> r.lines
        UNION ALL SELECT {_ENTRY.format("x")} || ': is declared by a return that is not there' FROM vat_declared x
        LEFT JOIN vat_return r ON r.administration_id = :a AND r.id = x.return_id
        WHERE x.administration_id = :a AND r.id IS NULL""",
)
VAT_FIGURES = Check(
    "vat-figures",
    "every box of a filed return is the sum of the lines it declared",
    "SELECT COUNT(*) FROM vat_figure WHERE administration_id = :a",
    """SELECT 'return ' || r.period || ' (' || r.kind || '): box ' || x.box || ' is out by ' || SUM(x.base) || ' and '
          || SUM(x.tax) FROM (
          SELECT return_id, CASE WHEN box LIKE '%|%' THEN 'oss' ELSE box END AS box, base, tax FROM vat_figure
          WHERE administration_id = :a AND box NOT IN ('5a', '5c', '5d', '5e', '5f', '5g')
          UNION ALL SELECT return_id, box_base, -base, 0 FROM vat_declared WHERE administration_id = :a AND box_base <> ''
          UNION ALL SELECT return_id, box_due, 0, -due FROM vat_declared WHERE administration_id = :a AND box_due <> ''
          UNION ALL SELECT return_id, box_input, 0, -input FROM vat_declared WHERE administration_id = :a AND box_input <> ''
          UNION ALL SELECT d.return_id, 'oss', -d.base, -d.due FROM vat_declared d
          JOIN vat_return o ON o.administration_id = :a AND o.id = d.return_id AND o.kind = 'oss'
          WHERE d.administration_id = :a) x
        JOIN vat_return r ON r.administration_id = :a AND r.id = x.return_id
        GROUP BY r.id, r.period, r.kind, x.box HAVING SUM(x.base) <> 0 OR SUM(x.tax) <> 0""",
)
VAT_MOVED = Check(
    "vat-moved",
    "the booking of a filed return takes from each VAT account exactly what its lines had left there",
    "SELECT COUNT(*) FROM vat_return WHERE administration_id = :a",
    f"""SELECT 'return ' || r.period || ' (' || r.kind || '): account ' || x.account || ' is out by ' || SUM(x.amount) FROM (
          SELECT d.return_id, c.due_account AS account, -d.due AS amount FROM vat_declared d
          JOIN vat_line v ON v.administration_id = :a AND v.entry_id = d.entry_id AND v.line = d.line JOIN {_CODE}
          WHERE d.administration_id = :a AND d.box_due <> '' AND c.due_account <> ''
          UNION ALL
          SELECT d.return_id, c.input_account, d.input FROM vat_declared d
          JOIN vat_line v ON v.administration_id = :a AND v.entry_id = d.entry_id AND v.line = d.line JOIN {_CODE}
          WHERE d.administration_id = :a AND d.box_input <> '' AND c.input_account <> ''
          UNION ALL
          SELECT o.id, a.code, {_SIGNED} FROM vat_return o JOIN posting p ON p.administration_id = :a AND p.entry_id = o.entry_id
          JOIN account a ON a.administration_id = :a AND a.id = p.account_id
          WHERE o.administration_id = :a AND p.account_id IN ({_VAT_ACCOUNTS})) x
        JOIN vat_return r ON r.administration_id = :a AND r.id = x.return_id AND r.kind <> 'oss'
        GROUP BY r.id, r.period, r.kind, x.account HAVING SUM(x.amount) <> 0""",
)

CHECKS = (VAT_BOOKED, VAT_DECLARED, VAT_FIGURES, VAT_MOVED)


def check_filed(
    connection: Connection, administration_id: int, tally: Tally, where: str, progress: Callable[[int], None]
) -> None:
    """Every filed return is what it was when it was filed: its lines and figures, by their digest."""
    r = t.vat_return.c
    query = select(r.id, r.period, r.kind, r.digest).where(r.administration_id == administration_id).order_by(r.id)
    for row in connection.execute(query).all():
        changed = return_digest(connection, administration_id, row.id) != row.digest
        failure = [f"return {row.period} ({row.kind}): its lines or figures were changed after it was filed"]
        tally.add(failure if changed else (), where=where)
        progress(1)
