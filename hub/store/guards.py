"""What the database itself refuses, on both engines: the ledger's last wall, whoever writes.

*Seal last*: postings, VAT lines and open items are inserted first, the entry's header last. The header's
trigger checks that everything adds up; after that nothing may be added, changed or deleted. A deferred
foreign key refuses postings whose header never comes. PostgreSQL checks once per statement over all new
rows (transition tables), SQLite once per row.
"""

from __future__ import annotations

_SEALED = ("posting", "vat_line", "open_item", "entry_facts")  # belong to an entry; refused once it is sealed
_APPEND_ONLY = ("entry", *_SEALED, "original", "message", "chart", "activity", "message_decision")

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

_LATE = "LED-006 the entry is sealed: nothing can be added to it"
_CHANGED = "LED-007 what is booked or received is never changed or deleted, only reversed"


def statements(dialect: str) -> list[str]:
    """The CREATE statements of all guards, in order, for `sqlite` or `postgresql`."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _sqlite() -> list[str]:
    one = (
        "(SELECT NEW.administration_id AS administration_id, NEW.id AS id, NEW.journal_id AS journal_id,"
        " NEW.fiscal_year_id AS fiscal_year_id, NEW.period_id AS period_id, NEW.booking_date AS booking_date,"
        " NEW.posting_count AS posting_count, NEW.reversal_of AS reversal_of)"
    )
    made = []
    body = "".join(
        f"SELECT RAISE(ABORT, '{_quoted(text)}') WHERE EXISTS ({query.format(new=one)});\n" for text, query in _CHECKS
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


# One look at the entry's postings, by index whatever the statistics say: a plan is kept for the whole session,
# and one that was made on empty tables would read them whole when they are full.
_SEAL = """
CREATE FUNCTION hub_seal() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  n record;
  s record;
BEGIN
  FOR n IN SELECT * FROM new_rows LOOP
    SELECT COUNT(*) AS lines, COUNT(DISTINCT p.currency) AS currencies,
           SUM(CASE p.side WHEN 'debit' THEN p.base_amount ELSE -p.base_amount END) AS base,
           SUM(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) AS amount,
           COUNT(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM account a
             WHERE a.id = p.account_id AND a.administration_id = p.administration_id AND CASE WHEN p.open_item_id IS NULL
             THEN a.control = '' ELSE a.control = (SELECT o.side FROM open_item o WHERE o.id = p.open_item_id
               AND o.administration_id = p.administration_id AND o.relation_id = p.relation_id AND o.currency = p.currency) END
             )) AS strange
      INTO s FROM posting p
      WHERE p.administration_id = n.administration_id AND p.entry_id = n.id;
    IF s.lines <> n.posting_count OR s.lines < 2 OR s.base <> 0 OR (s.currencies = 1 AND s.amount <> 0) THEN
      RAISE EXCEPTION '{0}' USING ERRCODE = 'check_violation'; END IF;
    IF s.currencies > 1 AND EXISTS (SELECT 1 FROM posting p WHERE p.administration_id = n.administration_id AND p.entry_id = n.id
        GROUP BY p.currency HAVING SUM(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) <> 0) THEN
      RAISE EXCEPTION '{1}' USING ERRCODE = 'check_violation'; END IF;
    IF s.strange > 0 THEN RAISE EXCEPTION '{2}' USING ERRCODE = 'check_violation'; END IF;
    IF NOT EXISTS (SELECT 1 FROM period q WHERE q.administration_id = n.administration_id AND q.id = n.period_id AND q.state = 'open'
        AND n.booking_date BETWEEN q.first_day AND q.last_day AND q.fiscal_year_id = n.fiscal_year_id) THEN
      RAISE EXCEPTION '{3}' USING ERRCODE = 'check_violation'; END IF;
    IF NOT EXISTS (SELECT 1 FROM journal j WHERE j.administration_id = n.administration_id AND j.id = n.journal_id)
       OR (n.reversal_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry r
             WHERE r.administration_id = n.administration_id AND r.id = n.reversal_of))
       OR EXISTS (SELECT 1 FROM open_item o LEFT JOIN relation r ON r.administration_id = o.administration_id AND r.id = o.relation_id
             WHERE o.administration_id = n.administration_id AND o.entry_id = n.id AND r.id IS NULL) THEN
      RAISE EXCEPTION '{4}' USING ERRCODE = 'check_violation'; END IF;
  END LOOP;
  RETURN NULL;
END $$"""


def _postgresql() -> list[str]:
    made = [
        _SEAL.format(*(_quoted(text) for text, _ in _CHECKS)),
        "CREATE TRIGGER entry_seal AFTER INSERT ON entry REFERENCING NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION hub_seal()",
        f"""CREATE FUNCTION hub_late() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE n record;
BEGIN
  FOR n IN SELECT DISTINCT administration_id, entry_id FROM new_rows LOOP
    IF EXISTS (SELECT 1 FROM entry e WHERE e.administration_id = n.administration_id AND e.id = n.entry_id)
    THEN RAISE EXCEPTION '{_quoted(_LATE)}' USING ERRCODE = 'check_violation'; END IF;
  END LOOP;
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
