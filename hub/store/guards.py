"""What the database itself refuses, on both engines: the ledger's last wall, whoever writes.

*Seal last*: postings, VAT lines and open items are inserted first, the entry's header last. The header's
trigger checks that everything adds up; after that nothing may be added, changed or deleted. A deferred
foreign key refuses postings whose header never comes. PostgreSQL checks once per statement over all new
rows (transition tables), SQLite once per row.
"""

from __future__ import annotations

from sqlalchemy import Connection

_SEALED = ("posting", "vat_line", "open_item", "entry_facts")  # belong to an entry; refused once it is sealed
_APPEND_ONLY = (
    "entry", *_SEALED, "original", "message", "chart", "activity", "message_decision", "relation_note", "vat_answer",
    "vat_return", "vat_figure", "vat_declared", "vat_adjusted", "vat_uncollectable", "entry_block", "entry_block_member",
    "approval", "approval_act",
    "payment", "payment_entry", "match_rejection", "mailing", "bank_statement", "bank_statement_entry",
    "instalment", "memo_receipt", "case_event", "case_money",
)  # fmt: skip

_SIGNED = "CASE WHEN q.side = 'debit' THEN q.amount ELSE -q.amount END"

# (code, sentence, query that returns a row for every violation among the new entries).
# {new} is the set of new entries: the transition table on PostgreSQL, NEW's key on SQLite.
_CHECKS: tuple[tuple[str, str], ...] = (
    (
        "LED-001 an entry must balance, in base and per currency, and have the postings it says",
        """SELECT 1 FROM {new} n LEFT JOIN (
             SELECT p.administration_id, p.entry_id, COUNT(*) AS lines,
                    SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END) AS base,
                    SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) AS amount,
                    COUNT(DISTINCT p.currency) AS currencies
             FROM posting p JOIN {new} m ON m.administration_id = p.administration_id AND m.id = p.entry_id
             GROUP BY p.administration_id, p.entry_id) s
           ON s.administration_id = n.administration_id AND s.entry_id = n.id
           WHERE s.lines IS NULL OR s.lines <> n.posting_count OR s.lines < 2 OR s.base <> 0
              OR (s.currencies = 1 AND s.amount <> 0)""",
    ),
    (
        "LED-002 every currency of an entry must balance",
        """SELECT 1 FROM posting p JOIN {new} n ON n.administration_id = p.administration_id AND n.id = p.entry_id
           GROUP BY p.administration_id, p.entry_id, p.currency
           HAVING SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) <> 0""",
    ),
    (
        "LED-003 a control account takes only postings with relation and open item, and no other account does",
        """SELECT 1 FROM {new} n JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
           LEFT JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
           LEFT JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
           WHERE a.id IS NULL OR (a.control = '') <> (p.open_item_id IS NULL)
              OR (p.open_item_id IS NOT NULL AND (o.id IS NULL OR o.side <> a.control OR o.relation_id <> p.relation_id
                  OR o.currency <> p.currency))""",
    ),
    (
        "LED-004 the period is closed, or the booking date lies outside it",
        """SELECT 1 FROM {new} n
           LEFT JOIN period q ON q.administration_id = n.administration_id AND q.id = n.period_id
           WHERE q.id IS NULL OR q.state <> 'open' OR n.booking_date < q.first_day OR n.booking_date > q.last_day
              OR q.fiscal_year_id <> n.fiscal_year_id""",
    ),
    (
        "LED-005 a reference leaves the administration",
        """SELECT 1 FROM {new} n
           LEFT JOIN journal j ON j.administration_id = n.administration_id AND j.id = n.journal_id
           LEFT JOIN fiscal_year f ON f.administration_id = n.administration_id AND f.id = n.fiscal_year_id
           WHERE j.id IS NULL OR f.id IS NULL
              OR (n.reversal_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry r
                    WHERE r.administration_id = n.administration_id AND r.id = n.reversal_of))
              OR EXISTS (SELECT 1 FROM open_item o
                    LEFT JOIN relation r ON r.administration_id = o.administration_id AND r.id = o.relation_id
                    WHERE o.administration_id = n.administration_id AND o.entry_id = n.id AND r.id IS NULL)""",
    ),
)

_CHECKS += (
    (
        "LED-008 a settlement takes more than what is open",
        """SELECT 1 FROM {new} n JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
           JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id AND o.entry_id <> n.id
           JOIN posting q ON q.administration_id = o.administration_id AND q.open_item_id = o.id
           GROUP BY o.administration_id, o.id, p.line
           HAVING SUM({signed})
                NOT BETWEEN MIN(0, SUM(CASE WHEN q.entry_id = o.entry_id THEN {signed} ELSE 0 END))
                        AND MAX(0, SUM(CASE WHEN q.entry_id = o.entry_id THEN {signed} ELSE 0 END))""",
    ),
    (
        "LED-009 a posting bears another booking date or instant than its entry",
        """SELECT 1 FROM {new} n JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
           WHERE p.booking_date IS NULL OR p.booking_date <> n.booking_date
              OR (p.open_item_id IS NOT NULL AND (p.posted_at IS NULL OR p.posted_at <> n.posted_at))""",
    ),
)

_LATE = "LED-006 the entry is sealed: nothing can be added to it"
_CHANGED = "LED-007 what is booked or received is never changed or deleted, only reversed"


def renew(connection: Connection) -> None:
    """Put this version's guards on every table; the end of each change of the schema, in the same transaction."""
    lift(connection)
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def lift(connection: Connection) -> None:
    """Take every guard away, so that a migration may change what is sealed. Only a migration does that."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for function in ("hub_seal", "hub_late", "hub_append_only"):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function} CASCADE")


def statements(dialect: str) -> list[str]:
    """The CREATE statements of all guards, in order, for `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _sqlite() -> list[str]:
    one = (
        "(SELECT NEW.administration_id AS administration_id, NEW.id AS id, NEW.journal_id AS journal_id,"
        " NEW.fiscal_year_id AS fiscal_year_id, NEW.period_id AS period_id, NEW.booking_date AS booking_date,"
        " NEW.posting_count AS posting_count, NEW.reversal_of AS reversal_of, NEW.posted_at AS posted_at)"
    )
    made = []
    body = "".join(
        f"SELECT RAISE(ABORT, '{_quoted(text)}') WHERE EXISTS ({query.format(new=one, signed=_SIGNED)});\n"
        for text, query in _CHECKS
    )
    made.append(f"CREATE TRIGGER entry_seal AFTER INSERT ON entry BEGIN\n{body}END")
    for table in _SEALED:
        made.append(
            f"CREATE TRIGGER {table}_late BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM entry e WHERE "
            f"e.administration_id = NEW.administration_id AND e.id = NEW.entry_id) "
            f"BEGIN SELECT RAISE(ABORT, '{_quoted(_LATE)}'); END"
        )
    for table in _APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            made.append(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_quoted(_CHANGED)}'); END"
            )
    return made


# All new entries in one look, by index whatever the statistics say: a plan is kept for the whole session, and one that
# was made on empty tables would read them whole when they are full. So the plan is left no choice but to go by keys.
_BY_KEY = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off"

_SEAL = """
CREATE FUNCTION hub_seal() RETURNS trigger LANGUAGE plpgsql {by_key} AS $$
DECLARE
  unbalanced boolean;
  mixed boolean;
  strange boolean;
  settles boolean;
  dated boolean;
BEGIN
  SELECT bool_or(s.lines <> s.posting_count OR s.lines < 2 OR s.base <> 0 OR (s.lowest = s.highest AND s.amount <> 0)),
         bool_or(s.lowest <> s.highest), bool_or(s.strange > 0), bool_or(s.settles), bool_and(s.dated)
    INTO unbalanced, mixed, strange, settles, dated
    FROM (SELECT n.posting_count, COUNT(p.line) AS lines, bool_or(o.entry_id <> n.id) AS settles,
                 bool_and(COALESCE(p.booking_date = n.booking_date AND (p.open_item_id IS NULL OR p.posted_at = n.posted_at), false))
                   AS dated, MIN(p.currency) AS lowest, MAX(p.currency) AS highest,
                 SUM(CASE p.side WHEN 'debit' THEN p.base_amount ELSE -p.base_amount END) AS base,
                 SUM(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) AS amount,
                 COUNT(p.line) FILTER (WHERE NOT COALESCE(CASE WHEN p.open_item_id IS NULL THEN a.control = ''
                   ELSE o.side = a.control AND o.relation_id = p.relation_id AND o.currency = p.currency END, false)) AS strange
          FROM new_rows n
          LEFT JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
          LEFT JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
          LEFT JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
          GROUP BY n.administration_id, n.id, n.posting_count) s;
  IF unbalanced THEN RAISE EXCEPTION '{0}' USING ERRCODE = 'check_violation'; END IF;
  IF mixed AND EXISTS (SELECT 1 FROM new_rows n
      JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
      GROUP BY n.administration_id, n.id, p.currency
      HAVING SUM(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) <> 0) THEN
    RAISE EXCEPTION '{1}' USING ERRCODE = 'check_violation'; END IF;
  IF strange THEN RAISE EXCEPTION '{2}' USING ERRCODE = 'check_violation'; END IF;
  IF NOT dated THEN RAISE EXCEPTION '{6}' USING ERRCODE = 'check_violation'; END IF;
  IF settles THEN
    -- Two settlements of one item wait for each other here; the second then sees what the first left.
    PERFORM 1 FROM open_item o WHERE o.id IN (SELECT p.open_item_id FROM new_rows n
      JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id WHERE p.open_item_id IS NOT NULL)
      ORDER BY o.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT o.administration_id, o.id, o.entry_id FROM new_rows n
          JOIN posting p ON p.administration_id = n.administration_id AND p.entry_id = n.id
          JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id AND o.entry_id <> n.id) i
        CROSS JOIN LATERAL (SELECT SUM(CASE q.side WHEN 'debit' THEN q.amount ELSE -q.amount END) AS rest,
            COALESCE(SUM(CASE q.side WHEN 'debit' THEN q.amount ELSE -q.amount END) FILTER (WHERE q.entry_id = i.entry_id), 0) AS original
          FROM posting q WHERE q.administration_id = i.administration_id AND q.open_item_id = i.id) s
        WHERE s.rest NOT BETWEEN LEAST(0, s.original) AND GREATEST(0, s.original)) THEN
      RAISE EXCEPTION '{5}' USING ERRCODE = 'check_violation'; END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM new_rows n WHERE NOT EXISTS (
      SELECT 1 FROM period q WHERE q.administration_id = n.administration_id AND q.id = n.period_id AND q.state = 'open'
      AND n.booking_date BETWEEN q.first_day AND q.last_day AND q.fiscal_year_id = n.fiscal_year_id)) THEN
    RAISE EXCEPTION '{3}' USING ERRCODE = 'check_violation'; END IF;
  IF EXISTS (SELECT 1 FROM new_rows n WHERE NOT EXISTS (
        SELECT 1 FROM journal j WHERE j.administration_id = n.administration_id AND j.id = n.journal_id)
      OR (n.reversal_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry r
            WHERE r.administration_id = n.administration_id AND r.id = n.reversal_of)))
     OR EXISTS (SELECT 1 FROM new_rows n
        JOIN open_item o ON o.administration_id = n.administration_id AND o.entry_id = n.id
        WHERE NOT EXISTS (SELECT 1 FROM relation r WHERE r.administration_id = o.administration_id AND r.id = o.relation_id)) THEN
    RAISE EXCEPTION '{4}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NULL;
END $$"""


def _postgresql() -> list[str]:
    made = [
        _SEAL.format(*(_quoted(text) for text, _ in _CHECKS), by_key=_BY_KEY),
        "CREATE TRIGGER entry_seal AFTER INSERT ON entry REFERENCING NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION hub_seal()",
        f"""CREATE FUNCTION hub_late() RETURNS trigger LANGUAGE plpgsql {_BY_KEY} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT administration_id, entry_id FROM new_rows) n
      JOIN entry e ON e.administration_id = n.administration_id AND e.id = n.entry_id)
  THEN RAISE EXCEPTION '{_quoted(_LATE)}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NULL;
END $$""",
        f"""CREATE FUNCTION hub_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION '{_quoted(_CHANGED)}' USING ERRCODE = 'restrict_violation'; END $$""",
    ]
    for table in _SEALED:
        made.append(
            f"CREATE TRIGGER {table}_late AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION hub_late()"
        )
    for table in _APPEND_ONLY:
        made.append(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hub_append_only()"
        )
    return made
