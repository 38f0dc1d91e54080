-- name: listed
-- Pathways, the newest first.
SELECT id, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    CASE WHEN diverged_at IS NULL THEN status ELSE 'diverged' END AS status, stage, referred_on, resume_by,
    exit_reason, exit_class, exited_on, last_seq, next_due, reserved_at
FROM pathways
WHERE ($1::text IS NULL OR operation = $1) AND ($2::text IS NULL OR owner = $2) AND ($3::text IS NULL OR unit = ANY (units_of($3, coalesce($8::date, 'infinity'))))
    AND ($4::text[] IS NULL OR status = ANY ($4))
    AND ($5::timestamptz IS NULL OR (reserved_at <= $5 AND (reserved_at < $5 OR id > $6)))
ORDER BY reserved_at DESC, id LIMIT $7

-- name: due
-- Open steps in the order in which they fall due; what a pause stops is left out.
SELECT s.pathway, s.key, s.path, s.kind, s.item, s.role, s.person, coalesce(s.person, p.owner) AS answers, p.owner,
    p.operation, p.unit, s.due, s.due_on, s.due <= $1 AS overdue
FROM steps s JOIN pathways p ON p.id = s.pathway
WHERE s.status = 'open' AND s.due IS NOT NULL AND p.status <> 'closed' AND (p.status <> 'paused' OR s.never_paused)
    AND ($2::timestamptz IS NULL OR s.due < $2)
    AND ($3::text IS NULL OR p.operation = $3) AND ($4::text IS NULL OR p.owner = $4 OR s.person = $4)
    AND ($5::text IS NULL OR p.unit = ANY (units_of($5, $10)))
    AND ($6::timestamptz IS NULL OR (s.due, s.pathway, s.key) > ($6, $7, $8))
ORDER BY s.due, s.pathway, s.key LIMIT $9

-- name: due_of_owner
-- The same for one person: what the person owns or is responsible for by name. A pathway's first open step is its
-- ``next_due``: the first steps lie on the first pathways in that order, so only those are opened.
WITH owned AS (
    SELECT p.id, p.next_due FROM pathways p
    WHERE p.owner = $4 AND p.status <> 'closed' AND p.next_due IS NOT NULL
        AND ($3::text IS NULL OR p.operation = $3) AND ($5::text IS NULL OR p.unit = ANY (units_of($5, $10)))
), first AS (
    SELECT id FROM owned WHERE next_due <= $6::timestamptz
    UNION ALL
    (SELECT id FROM owned WHERE $6::timestamptz IS NULL OR next_due > $6 ORDER BY next_due, id LIMIT $9)
), mine AS (
    SELECT s.pathway, s.key FROM first f JOIN steps s ON s.pathway = f.id WHERE s.status = 'open'
    UNION
    SELECT s.pathway, s.key FROM steps s WHERE s.person = $4 AND s.status = 'open'
)
SELECT s.pathway, s.key, s.path, s.kind, s.item, s.role, s.person, coalesce(s.person, p.owner) AS answers, p.owner,
    p.operation, p.unit, s.due, s.due_on, s.due <= $1 AS overdue
FROM mine m JOIN steps s USING (pathway, key) JOIN pathways p ON p.id = s.pathway
WHERE s.due IS NOT NULL AND (p.status <> 'paused' OR s.never_paused)
    AND ($2::timestamptz IS NULL OR s.due < $2)
    AND ($3::text IS NULL OR p.operation = $3) AND ($5::text IS NULL OR p.unit = ANY (units_of($5, $10)))
    AND ($6::timestamptz IS NULL OR (s.due, s.pathway, s.key) > ($6, $7, $8))
ORDER BY s.due, s.pathway, s.key LIMIT $9

-- name: due_of_roles
-- What waits for whoever has a role ($2 with the operation in $3; null: any) and is nobody's by name; a referrer's
-- is that of the own referrals and of the own unit's.
SELECT s.pathway, s.key, s.path, s.kind, s.item, s.role, s.person, s.owner AS answers, s.owner, s.operation, s.unit,
    s.due, s.due_on, s.due <= $1 AS overdue
FROM unnest($2::text[], $3::text[]) AS mine (role, operation)
CROSS JOIN LATERAL (
    SELECT s.*, p.owner, p.operation, p.unit
    FROM steps s JOIN pathways p ON p.id = s.pathway
    WHERE s.role = mine.role AND s.status = 'open' AND s.person IS NULL AND s.due IS NOT NULL
        AND (mine.operation IS NULL OR p.operation = mine.operation)
        AND p.status <> 'closed' AND (p.status <> 'paused' OR s.never_paused)
        AND (mine.role <> $4 OR p.referrer = $5 OR p.unit = $6)
    ORDER BY s.due, s.pathway, s.key LIMIT $7
) s
ORDER BY s.due, s.pathway, s.key LIMIT $7

-- name: some
-- Some pathways.
SELECT id, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    CASE WHEN diverged_at IS NULL THEN status ELSE 'diverged' END AS status, stage, referred_on, resume_by,
    exit_reason, exit_class, exited_on, last_seq, next_due, reserved_at
FROM pathways WHERE id = ANY ($1)

-- name: versions
-- Under which rules some pathways run.
SELECT id, rules FROM pathways WHERE id = ANY ($1) AND rules IS NOT NULL

-- name: pathway
-- One pathway.
SELECT id, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    CASE WHEN diverged_at IS NULL THEN status ELSE 'diverged' END AS status, stage, referred_on, resume_by,
    exit_reason, exit_class, exited_on, last_seq, next_due, reserved_at
FROM pathways WHERE id = $1

-- name: rules
-- Under which rules a pathway runs.
SELECT rules FROM pathways WHERE id = $1

-- name: steps
-- The steps of a pathway in the order of opening.
SELECT key, path, n, item, kind, role, person, provider, parent, stage, required, status, outcome, opened_on, due,
    due_on, done_on, done_by, ended_on, ended_reason, opened_seq, closed_seq, waits,
    status = 'open' AND due <= $2 AS overdue
FROM steps WHERE pathway = $1 ORDER BY opened_seq

-- name: milestones
-- The milestones of a pathway.
SELECT milestone, reached_on, withdrawn_on, seq FROM milestones WHERE pathway = $1 ORDER BY seq

-- name: facts
-- What was last said of each fact; sealed values are not here.
SELECT fact, value, refused, occurred_on, seq FROM current_facts WHERE pathway = $1 ORDER BY fact

-- name: records
-- What was observed, the newest first.
SELECT record, key, item, rater, "values", occurred_on, seq FROM records_taken WHERE pathway = $1 ORDER BY seq DESC

-- name: hours
-- Attended hours by step and month.
SELECT key, month, hours::float8 AS hours, seq FROM current_hours WHERE pathway = $1 ORDER BY key, month

-- name: why
-- An event and the events that led to it, the first cause last.
WITH RECURSIVE chain AS (
    SELECT e.*, 0 AS depth FROM events e WHERE e.pathway = $1 AND e.seq = $2
    UNION ALL
    SELECT e.*, c.depth + 1 FROM chain c JOIN events e ON e.pathway = c.pathway AND e.seq = c.cause_seq
    WHERE c.cause_seq < c.seq
)
SELECT seq, type, step, n, coded, occurred_on, recorded_at, actor, rules, command_id, cause_seq, cause_rule
FROM chain ORDER BY depth

-- name: adrift
-- Pathways that somebody could fall from: no active owner, not even by deputy, or no next date.
SELECT p.id AS pathway, 'owner_unresolved' AS why FROM pathways p
WHERE p.status <> 'closed' AND present(p.owner, $1) IS NULL
UNION ALL
SELECT p.id, 'no_next_date' FROM pathways p
WHERE p.status NOT IN ('closed', 'reserved') AND p.next_due IS NULL
ORDER BY pathway, why

-- name: diverged
-- Pathways that take no commands until somebody mends them.
SELECT id AS pathway, diverged_why AS why, diverged_at FROM pathways WHERE diverged_at IS NOT NULL ORDER BY diverged_at

-- name: open_pathways
-- Pathways that are not closed, and those that are held whatever their status, in order of their ids.
SELECT id, last_seq FROM pathways
WHERE (status NOT IN ('closed', 'reserved') OR (diverged_at IS NOT NULL AND last_seq > 0)) AND id > $1
ORDER BY id LIMIT $2

-- name: following
-- Pathways that are not closed and follow a version, in order of their ids.
SELECT id, operation FROM pathways
WHERE rules = $1 AND status NOT IN ('closed', 'reserved') AND id > $2 ORDER BY id LIMIT $3

-- name: followers
-- How many open pathways follow each version.
SELECT rules, count(*) AS count FROM pathways
WHERE status NOT IN ('closed', 'reserved') AND rules IS NOT NULL GROUP BY rules

-- name: horizon
-- The position of the last event that anybody can see.
SELECT coalesce(max(position), 0) FROM events
