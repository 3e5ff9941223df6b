-- Who may do what in PostgreSQL, part 2: the tables. Run as hub_owner after each `hub init` that changed the schema:
--     psql --username hub_owner --dbname hub --file postgres-grants.sql
-- It takes everything away first and gives back what is listed, in one transaction; it may run while the hub works.
-- Nobody is granted UPDATE or DELETE on what is booked, and the triggers refuse it even to the owner.

BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, hub_worker, hub_relay, hub_bookkeeper, hub_report;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, hub_worker, hub_relay, hub_bookkeeper, hub_report;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;

-- Every role may ask which version of the schema this is.
GRANT SELECT ON alembic_version TO hub_worker, hub_relay, hub_report;

-- Worker: the books are set up by the owner (`hub init`) and only read here.
GRANT SELECT ON administration, chart, account, vat_code, journal, fiscal_year, period, number_series, relation, relation_key,
  exchange_rate, original, message, inbox, document, finding, message_decision, attachment, entry, open_item, open_item_block,
  posting, vat_line, entry_facts, outbox, attempt, parked, activity, app_user, id_block TO hub_worker;

-- Worker: approval. It says what begins to wait, and never approves.
GRANT SELECT ON approval, approval_act TO hub_worker;
GRANT INSERT ON approval TO hub_worker;
GRANT INSERT ON approval_act TO hub_bookkeeper;

-- Worker: what a message leaves behind. The ledger, in the order in which it is sealed:
GRANT INSERT ON open_item, open_item_block, posting, vat_line, entry_facts, entry TO hub_worker;
-- what came in, and what became of it:
GRANT INSERT ON original, message, inbox, document, finding, attachment, outbox, attempt, parked TO hub_worker;
-- what a document brings with it: a relation with its keys, address and contact, the first entry of a year, an actor seen for the first time
GRANT INSERT ON relation, relation_key, relation_address, relation_contact, relation_card, fiscal_year, period, number_series, app_user TO hub_worker;
-- and the only things that change:
GRANT UPDATE (next) ON id_block TO hub_worker;                    -- blocks of keys
GRANT UPDATE (last) ON number_series TO hub_worker;               -- entry numbers without gaps
GRANT UPDATE (next_relation, next_change) ON administration TO hub_worker; -- C0001, C0002 … and the feed's versions

-- What goes out: dispatches with their state, and what senders were told. A dispatch that failed again after a person sent it again
-- is back among the parked.
GRANT SELECT, INSERT ON dispatch, business_response TO hub_worker;
GRANT UPDATE (state, attempts, reference, note, changed_at) ON dispatch TO hub_worker;
GRANT UPDATE (state, reason, error_class, fingerprint, parked_at) ON parked TO hub_worker;
GRANT SELECT ON relation_card, relation_address, relation_contact, relation_note, vat_answer, free_field, free_value, announced_order, payment_entry
  TO hub_worker; -- an event brings the card of its relation, an answer says what was paid

-- Relay: unsent rows, marked as sent, and forgotten a week later.
GRANT SELECT, DELETE ON outbox TO hub_relay;
GRANT UPDATE (sent_at) ON outbox TO hub_relay;

-- Bookkeeper, beside what a worker may: decisions about what is held …
GRANT INSERT ON message_decision, activity, exchange_rate TO hub_bookkeeper;
GRANT DELETE ON exchange_rate TO hub_bookkeeper; -- the demo's made-up rates make place; entries keep the rate they used
GRANT UPDATE (outcome, claim) ON document TO hub_bookkeeper;
GRANT UPDATE (outcome) ON inbox TO hub_bookkeeper;
-- (a held outcome makes place when it is decided again; a foreign key keeps the document of an entry)
GRANT DELETE ON document, inbox, finding, attachment TO hub_bookkeeper;
-- … about what was parked, about relations, periods and payment blocks.
GRANT UPDATE (state, ended_at, ended_by, replayed_as) ON parked TO hub_bookkeeper;
GRANT UPDATE (settings, name, name_key, version, changed_at, changed_by, watched, merged_into) ON relation TO hub_bookkeeper;
GRANT UPDATE (confirmed, relation_id), DELETE ON relation_key TO hub_bookkeeper; -- a number taken away, or moved by a merge
GRANT UPDATE (state) ON period TO hub_bookkeeper;
GRANT UPDATE (lifted_at, lifted_by) ON open_item_block TO hub_bookkeeper;
-- Settling locks an open item (SELECT … FOR UPDATE), which asks for the right to update one column; the guards refuse the update itself.
GRANT UPDATE (payment_reference) ON open_item TO hub_worker, hub_bookkeeper;
-- What was learned about contra-accounts: read by workers, learned and corrected by a bookkeeper.
GRANT SELECT ON lesson TO hub_worker;
GRANT SELECT, INSERT, DELETE ON lesson TO hub_bookkeeper;
-- The hash chain, sealed at night.
GRANT SELECT, INSERT ON entry_block, entry_block_member TO hub_bookkeeper;
-- VAT returns: filed once, with their lines and figures; VAT of what is not paid.
GRANT SELECT, INSERT ON vat_return, vat_figure, vat_declared, vat_adjusted, vat_uncollectable TO hub_bookkeeper;
GRANT SELECT ON vat_return TO hub_worker;
-- The relation card. Notes and answers are for ever; addresses, contacts and fields end; reasons are lifted; orders go on.
GRANT SELECT ON relation_reason TO hub_worker; -- a debtor on hold is invoiced with a finding
GRANT SELECT, INSERT ON relation_note, vat_answer, relation_reason, relation_address, relation_contact, announced_order, free_field,
  free_value, relation_card TO hub_bookkeeper;
GRANT UPDATE (relation_id, lifted_at, lifted_by, lifted_why) ON relation_reason TO hub_bookkeeper;
GRANT UPDATE (relation_id, ended_at) ON relation_address, relation_contact TO hub_bookkeeper;
GRANT UPDATE (relation_id, ordered_on, currency, amount, base_amount, invoiced_base, state, finding, changed_at, changed_by)
  ON announced_order TO hub_bookkeeper;
GRANT UPDATE (label, length, choices, ended_at) ON free_field TO hub_bookkeeper;
GRANT UPDATE (relation_id), DELETE ON free_value TO hub_bookkeeper;
GRANT DELETE ON relation_card TO hub_bookkeeper; -- rewritten whole; what it said before stands in the activity
-- Mailings: what was written stays; the state of each mail moves on, and an opt-out is ended.
GRANT SELECT, INSERT ON mailing, mailing_recipient, mail_opt_out TO hub_bookkeeper;
GRANT UPDATE (state, reason, attempts, changed_at) ON mailing_recipient TO hub_bookkeeper;
GRANT UPDATE (ended_at, ended_by) ON mail_opt_out TO hub_bookkeeper;
-- Payments: what moved and which entries booked it stay; proposals and their lines move on; a mandate is revoked.
GRANT SELECT, INSERT ON payment, payment_entry, match_rejection, mandate, payment_proposal, payment_line, payment_line_item TO hub_bookkeeper;
GRANT UPDATE (state, confirmed_at, confirmed_by, exported_at, exported_total, exported_count, exported_sha256, transit_account_id,
  transit_entry_id) ON payment_proposal TO hub_bookkeeper;
GRANT UPDATE (state) ON payment_line TO hub_bookkeeper;
GRANT UPDATE (active) ON payment_line_item TO hub_bookkeeper;
GRANT UPDATE (revoked_at, revoked_by) ON mandate TO hub_bookkeeper;
-- Bank statements: taken in by workers, who book their movements and see which of our payment files the bank has answered.
GRANT SELECT, INSERT ON bank_statement, bank_statement_entry TO hub_worker, hub_bookkeeper;
GRANT SELECT ON payment, payment_entry, match_rejection, mandate, payment_proposal, payment_line, payment_line_item TO hub_worker;
GRANT INSERT ON payment, payment_entry TO hub_worker;
GRANT UPDATE (state) ON payment_line TO hub_worker;
GRANT UPDATE (active) ON payment_line_item TO hub_worker;

-- Feeds: the mapping that decided is kept; an open order of a shop weighs on its customer's credit until it is paid or cancelled, and
-- that is noted.
GRANT SELECT, INSERT ON source_mapping TO hub_worker;
GRANT INSERT ON announced_order, activity TO hub_worker;
GRANT UPDATE (changed_by) ON relation TO hub_worker; -- asked for by the lock on a debtor (SELECT … FOR NO KEY UPDATE) while his credit is judged
GRANT UPDATE (ordered_on, currency, amount, base_amount, invoiced_base, state, finding, changed_at, changed_by)
  ON announced_order TO hub_worker;

-- Reminding and collecting. A bookkeeper makes runs, stops and cases; a worker records what became of a reminder that left, and what an
-- agency answered: then the case moves on, its holds are lifted when it ends, and money is received on what was claimed.
GRANT SELECT ON dunning_run, reminder, reminder_item, dunning_stop, instalment, memo_claim, memo_receipt, collection_case, case_item,
  case_event, case_money TO hub_worker;
GRANT INSERT ON memo_claim, memo_receipt, case_event, case_money TO hub_worker;
GRANT UPDATE (state, reason, sent_on, received_on, proof, deadline, changed_at, changed_by) ON reminder TO hub_worker;
GRANT SELECT, INSERT, DELETE ON letter TO hub_worker; -- made while a run waits, taken away when they have left
GRANT UPDATE (claim) ON reminder_item, case_item TO hub_worker;
GRANT UPDATE (ended_on, ended_why) ON memo_claim TO hub_worker;
GRANT UPDATE (state, raw_status, status_at, close_reason, agency_reference, link, ended_at) ON collection_case TO hub_worker;
GRANT UPDATE (lifted_at, lifted_by, lifted_why) ON relation_reason TO hub_worker;
GRANT UPDATE (version, changed_at) ON relation TO hub_worker; -- by which others see that the hold of a case has ended
GRANT SELECT ON vat_uncollectable, vat_adjusted TO hub_worker; -- what a case leaves is written off net of the VAT that was had back, where the mapping says so
GRANT INSERT ON dunning_run, reminder, reminder_item, dunning_stop, instalment, collection_case, case_item TO hub_bookkeeper;
GRANT UPDATE (state, frozen_at, frozen_by, sent_at, sent_by) ON dunning_run TO hub_bookkeeper;
GRANT UPDATE (dispatch_uid, body, recipient, channel) ON reminder TO hub_bookkeeper;
GRANT UPDATE (relation_id, until, outcome, ended_at, ended_on, ended_by, ended_why) ON dunning_stop TO hub_bookkeeper;
GRANT UPDATE (relation_id) ON reminder, memo_claim, collection_case TO hub_bookkeeper; -- moved by a merge
GRANT UPDATE (dispatch_uid, handed_over_at, handed_over_by, body, interest, costs, vat) ON collection_case TO hub_bookkeeper;
GRANT UPDATE (interest) ON case_item TO hub_bookkeeper; -- made up to the day on which the case is handed over

-- Streams: how far each is, which message took which number, and who waits for his turn. A number that is taken stays taken; a worker
-- takes none back, and only a bookkeeper skips one, with his reason in the activity.
GRANT SELECT, INSERT ON stream, stream_number, stream_message TO hub_worker;
GRANT UPDATE (applied) ON stream TO hub_worker;
GRANT UPDATE (waiting) ON stream_message TO hub_worker;

-- Report: reads all of it, also what a later version adds. queue_message is the embedded queue, empty here: readable for backups.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO hub_report;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO hub_report;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO hub_report;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO hub_report;

COMMIT;
