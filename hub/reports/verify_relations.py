"""The invariants of relations: merges end at one survivor, and who has a reason is looked at."""

from __future__ import annotations

from hub.reports.verify_checks import Check

MERGED = Check(
    "relations-merged",
    "a merged relation ends at one that is not, and everything that finds it or weighs on its credit went along",
    "SELECT COUNT(*) FROM relation WHERE administration_id = :a AND merged_into IS NOT NULL",
    """SELECT r.code || ': merged into what is not a survivor' FROM relation r
         LEFT JOIN relation s ON s.administration_id = r.administration_id AND s.id = r.merged_into
         WHERE r.administration_id = :a AND r.merged_into IS NOT NULL AND (s.id IS NULL OR s.merged_into IS NOT NULL)
       UNION ALL SELECT r.code || ': still has key ' || k.key FROM relation r
         JOIN relation_key k ON k.administration_id = r.administration_id AND k.relation_id = r.id
         WHERE r.administration_id = :a AND r.merged_into IS NOT NULL
       UNION ALL SELECT r.code || ': still has order ' || o.number FROM relation r
         JOIN announced_order o ON o.administration_id = r.administration_id AND o.relation_id = r.id
         WHERE r.administration_id = :a AND r.merged_into IS NOT NULL
       UNION ALL SELECT r.code || ': still has an active reason' FROM relation r
         JOIN relation_reason h ON h.administration_id = r.administration_id AND h.relation_id = r.id
         WHERE r.administration_id = :a AND r.merged_into IS NOT NULL AND h.lifted_at IS NULL""",
)
WATCHED = Check(
    "relations-watched",
    "every debtor with an active hold or limit is looked at when he is invoiced",
    "SELECT COUNT(*) FROM relation_reason WHERE administration_id = :a AND lifted_at IS NULL",
    """SELECT r.code || ': has an active reason that booking does not see' FROM relation r
         JOIN relation_reason h ON h.administration_id = r.administration_id AND h.relation_id = r.id
         WHERE r.administration_id = :a AND h.lifted_at IS NULL AND NOT r.watched GROUP BY r.code""",
)
VERSIONS = Check(
    "relations-versions",
    "every relation has a version of its own, below the next one: the change feed misses none",
    "SELECT COUNT(*) FROM relation WHERE administration_id = :a",
    """SELECT 'version ' || r.version || ' is of ' || COUNT(*) || ' relations' FROM relation r
         WHERE r.administration_id = :a GROUP BY r.version HAVING COUNT(*) > 1
       UNION ALL SELECT r.code || ': version ' || r.version || ' was never given out' FROM relation r
         JOIN administration n ON n.id = r.administration_id
         WHERE r.administration_id = :a AND (r.version < 1 OR r.version >= n.next_change)""",
)
CHECKS = (MERGED, WATCHED, VERSIONS)
