-- name: matching
-- Pathways that somebody may mean: by id, by a referral's id, or by the beginning of an id; the exact one first.
SELECT id, operation, referral FROM (
    SELECT p.id, p.operation, p.referral FROM pathways p WHERE p.id = $1
    UNION
    SELECT p.id, p.operation, p.referral FROM pathways p WHERE p.referral = $1
    UNION  -- an arm that reads every id, so only for what begins as an id does
    SELECT p.id, p.operation, p.referral FROM pathways p WHERE length($1) >= 4 AND $1 ^@ 'p-' AND p.id ^@ $1
) found
ORDER BY id = $1 DESC, referral = $1 DESC, id LIMIT 5

-- name: of_participant
-- A participant's pathways, the latest first.
SELECT id FROM pathways WHERE participant = $1 ORDER BY reserved_at DESC, id

-- name: inside
-- Another pathway on which the person of this one is inside the operation, or about to be.
SELECT q.id FROM pathways p JOIN pathways q ON q.participant = p.participant AND q.operation = p.operation
WHERE p.id = $1 AND q.id <> p.id AND q.status IN ('reserved', 'open', 'paused')
