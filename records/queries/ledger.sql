-- name: lock
-- Hold one notice.
SELECT pathway, state, retry FROM notices WHERE id = $1 FOR UPDATE

-- name: lock_pathway
-- Let nothing be recorded on a pathway while a notice's cause is looked at.
SELECT id FROM pathways WHERE id = $1 FOR SHARE

-- name: look
-- A notice, whether its cause still holds, and whom it goes to today.
SELECT n.id AS notice, n.pathway, n.seq, n.kind, n.key, n.about, n.due_on, n.message_id, n.attempts + 1 AS attempt,
    n.promised_at, w.quiet_from, w.quiet_until, coalesce(w.working_days_only, false) AS working_days_only, w.digest_at,
    p.operation, p.programme, p.rules, p.status AS pathway_status, s.path AS step, s.status AS step_status,
    s.ended_reason, s.never_paused, s.due_on AS step_due_on, f.id AS recipient, f.name, f.email, f.language
FROM notices n
JOIN pathways p ON p.id = n.pathway
LEFT JOIN steps s ON s.pathway = n.pathway AND s.key = coalesce(n.moved_to, n.key)
LEFT JOIN staff f ON f.id = recipient(n.pathway, n.recipient_role, n.kind, n.late, $2)
LEFT JOIN wishes w ON w.staff = f.id
WHERE n.id = $1

-- name: claim
-- Say that a process is about to hand a notice over; whom it goes to instead hasn't read it.
UPDATE notices SET state = 'claimed', recipient = $2, claimed_at = $3, settled_at = NULL, reason = NULL, retry = false,
    attempts = attempts + 1, held_until = NULL, letter = $4,
    read_at = CASE WHEN recipient = $2 THEN read_at END, read_by = CASE WHEN recipient = $2 THEN read_by END
WHERE id = $1

-- name: hold
-- Leave a notice until its recipient wishes to have it.
UPDATE notices SET recipient = $2, held_until = $3 WHERE id = $1

-- name: give_up
-- End a notice that is not sent, with its reason; a failed one may be tried again.
UPDATE notices SET state = $2, reason = $3, retry = $2 = 'failed', settled_at = $4 WHERE id = $1

-- name: settle
-- Say what became of claimed notices; a process that was taken for dead may still know.
UPDATE notices n SET state = $3, reason = $4, retry = $5, settled_at = $6
FROM unnest($1::bigint[], $2::integer[]) AS mine (id, attempt)
WHERE n.id = mine.id AND n.state IN ('claimed', 'uncertain') AND (mine.attempt IS NULL OR n.attempts = mine.attempt)
RETURNING n.id

-- name: stale
-- Notices that a process claimed and never settled: nobody knows whether they arrived.
UPDATE notices SET state = 'uncertain', reason = 'process_died', settled_at = $2
WHERE state = 'claimed' AND claimed_at < $1 RETURNING id

-- name: waiting
-- Notices that somebody should take up: promised but not claimed, or failed where trying again can help; none that is
-- held as its recipient wishes.
SELECT id FROM notices
WHERE (held_until IS NULL OR held_until <= $4)
    AND ((state = 'promised' AND (held_until IS NOT NULL OR promised_at < $1))
        OR (state = 'failed' AND retry AND settled_at < $1 AND attempts < $2))
ORDER BY id LIMIT $3

-- name: together
-- Notices by the letters in which they leave: one for each, and one for all of whoever wishes all of a day in one (with
-- what was held for the same time and isn't among those asked for).
SELECT array_agg(DISTINCT coalesce(also.id, n.id)) AS notices
FROM notices n
LEFT JOIN wishes w ON w.staff = n.recipient AND w.digest_at IS NOT NULL
LEFT JOIN notices also ON also.recipient = w.staff
    AND (also.id = ANY ($1) OR (also.state = 'promised' AND also.held_until <= $2))
WHERE n.id = ANY ($1)
GROUP BY CASE WHEN w.staff IS NULL THEN n.id::text ELSE 'staff ' || w.staff END
ORDER BY min(n.id)

-- name: counts
-- How many notices are in each state.
SELECT state, count(*) AS count FROM notices GROUP BY state

-- name: unsettled
-- How many are in each state that isn't the end, in some operations or all: few, and found by themselves.
SELECT state, count(*) AS count FROM notices
WHERE state <> 'handed_over' AND state <> 'cancelled'
    AND ($1::text[] IS NULL OR pathway IN (SELECT id FROM pathways WHERE operation = ANY ($1)))
GROUP BY state

-- name: is_within
-- Whether a notice is of one of some operations.
SELECT EXISTS (
    SELECT FROM notices n JOIN pathways p ON p.id = n.pathway
    WHERE n.id = $1 AND ($2::text[] IS NULL OR p.operation = ANY ($2))
)

-- name: rules_of
-- The versions that pathways follow.
SELECT id, rules FROM pathways WHERE id = ANY ($1)

-- name: listed
-- Notices, the newest first, in some state or on some pathway.
SELECT id, pathway, seq, key, kind, about, recipient_role, recipient, due_on, state, reason, attempts, promised_at,
    claimed_at, settled_at, resend, held_until, letter
FROM notices
WHERE ($1::text[] IS NULL OR state = ANY ($1)) AND ($2::text IS NULL OR pathway = $2)
    AND ($3::bigint IS NULL OR id < $3)
    AND ($5::text[] IS NULL OR pathway IN (SELECT p.id FROM pathways p WHERE p.operation = ANY ($5)))
ORDER BY id DESC LIMIT $4

-- name: mend
-- What a person says of a notice that failed or is uncertain: send it again, it arrived, or it was told otherwise.
UPDATE notices SET
    state = CASE $2::text WHEN 'again' THEN 'promised' WHEN 'arrived' THEN 'handed_over' ELSE 'cancelled' END,
    reason = CASE $2 WHEN 'arrived' THEN 'arrived' WHEN 'told' THEN 'told_otherwise' END,
    retry = false, held_until = NULL, letter = NULL, settled_at = CASE WHEN $2 = 'again' THEN NULL ELSE $3::timestamptz END
WHERE id = $1 AND state IN ('failed', 'uncertain') AND NOT ($2 = 'arrived' AND state = 'failed') RETURNING id
