-- name: take
-- Lease commands that wait, so that no other process asks them meanwhile.
UPDATE outbox SET leased_until = $2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM outbox WHERE done_at IS NULL AND attempts < $3 AND (leased_until IS NULL OR leased_until <= $1)
    ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED
)
RETURNING id, pathway, command, command_id, attempts

-- name: done
-- Say that a command was asked and answered; a refusal is an answer.
UPDATE outbox SET done_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1 AND done_at IS NULL
RETURNING command_id

-- name: failed
-- Say that nobody answered, and when to ask again.
UPDATE outbox SET leased_until = $2, last_error = $3 WHERE id = $1 AND done_at IS NULL

-- name: revive
-- Ask again what was given up.
UPDATE outbox SET attempts = 0, leased_until = NULL WHERE done_at IS NULL AND attempts >= $1 RETURNING id

-- name: figures
-- How long the oldest command has waited, in seconds, and how many were given up.
SELECT coalesce(extract(epoch FROM $1 - min(created_at)), 0)::float8 AS oldest,
    count(*) FILTER (WHERE attempts >= $2) AS dead, count(*) AS waiting
FROM outbox WHERE done_at IS NULL
