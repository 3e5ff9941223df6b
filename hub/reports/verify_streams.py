"""The invariants of streams: no number is left out or taken twice, each was booked, and nobody waits in vain."""

from __future__ import annotations

from hub.reports.verify_checks import Check

NUMBERED = Check(
    "streams",
    "every number of a stream up to where it is was booked by one message or skipped by a person with a reason, without a gap; "
    "what is beyond is only skipped or waits",
    "SELECT COUNT(*) FROM stream_number WHERE administration_id = :a",
    """SELECT 'stream ' || s.key || ': at ' || s.applied || ', with ' || COUNT(n.seq) || ' numbers booked or skipped' FROM stream s
        LEFT JOIN stream_number n ON n.administration_id = s.administration_id AND n.stream = s.key AND n.seq <= s.applied
        WHERE s.administration_id = :a GROUP BY s.key, s.applied HAVING COUNT(n.seq) <> s.applied
        UNION ALL SELECT 'stream ' || n.stream || ': number ' || n.seq || ' is done with, and the stream is at ' || s.applied
        FROM stream_number n JOIN stream s ON s.administration_id = n.administration_id AND s.key = n.stream
        WHERE n.administration_id = :a AND n.seq > s.applied AND (n.message_uid IS NOT NULL OR n.seq = s.applied + 1)
        UNION ALL SELECT 'stream ' || n.stream || ': number ' || n.seq || ' was skipped without a reason' FROM stream_number n
        WHERE n.administration_id = :a AND n.message_uid IS NULL AND n.reason = ''
        UNION ALL SELECT 'stream ' || n.stream || ': number ' || n.seq || ' is of message ' || n.message_uid || ', which is '
          || COALESCE(i.outcome, 'not decided') || ' and bears number ' || COALESCE(w.seq, 0)
        FROM stream_number n
        LEFT JOIN inbox i ON i.administration_id = n.administration_id AND i.message_uid = n.message_uid
        LEFT JOIN stream_message w ON w.administration_id = n.administration_id AND w.message_uid = n.message_uid
        WHERE n.administration_id = :a AND n.message_uid IS NOT NULL
          AND (COALESCE(i.outcome, '') <> 'posted' OR COALESCE(w.seq, 0) <> n.seq OR COALESCE(w.stream, '') <> n.stream)""",
)
WAITING = Check(
    "streams-waiting",
    "a message that waits for its turn has no outcome, and its turn has not come; what is posted out of a stream took a number of it",
    "SELECT COUNT(*) FROM stream_message WHERE administration_id = :a",
    """SELECT 'message ' || w.message_uid || ': waits as number ' || w.seq || ' of stream ' || w.stream || ', and is ' || i.outcome
        FROM stream_message w JOIN inbox i ON i.administration_id = w.administration_id AND i.message_uid = w.message_uid
        WHERE w.administration_id = :a AND w.waiting
        UNION ALL SELECT 'message ' || w.message_uid || ': waits as number ' || w.seq || ' of stream ' || w.stream
          || ', which is at ' || s.applied
        FROM stream_message w JOIN stream s ON s.administration_id = w.administration_id AND s.key = w.stream
        WHERE w.administration_id = :a AND w.waiting AND w.seq <= s.applied + 1 AND NOT EXISTS (
          SELECT 1 FROM stream_message o WHERE o.administration_id = w.administration_id AND o.stream = w.stream AND NOT o.waiting
            AND NOT EXISTS (SELECT 1 FROM inbox d WHERE d.administration_id = o.administration_id AND d.message_uid = o.message_uid))
        UNION ALL SELECT 'message ' || w.message_uid || ': posted as number ' || w.seq || ' of stream ' || w.stream
          || ', which that number was not taken by'
        FROM stream_message w JOIN inbox i ON i.administration_id = w.administration_id AND i.message_uid = w.message_uid
        LEFT JOIN stream_number n ON n.administration_id = w.administration_id AND n.message_uid = w.message_uid
          AND n.stream = w.stream AND n.seq = w.seq
        WHERE w.administration_id = :a AND i.outcome = 'posted' AND n.seq IS NULL""",
)

CHECKS = (NUMBERED, WAITING)
