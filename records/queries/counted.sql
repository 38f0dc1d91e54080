-- name: add
-- Count some people without an identity.
INSERT INTO counted (operation, unit, counted_on, kind, gender, number, counted_by, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id

-- name: withdraw
-- Let a row count no longer.
UPDATE counted SET withdrawn_by = $3, withdrawn_at = $4
WHERE operation = $1 AND id = $2 AND withdrawn_at IS NULL RETURNING id

-- name: rows
-- The rows that count, of a period with its last day.
SELECT id, operation, unit, counted_on, kind, gender, number, counted_by FROM counted
WHERE operation = $1 AND withdrawn_at IS NULL AND ($2::date IS NULL OR counted_on >= $2)
    AND ($3::date IS NULL OR counted_on <= $3)
ORDER BY counted_on, id

-- name: came
-- How many people of some kinds an operation has counted on each day.
SELECT counted_on AS day, sum(number) AS count FROM counted
WHERE operation = $1 AND kind = ANY ($2) AND withdrawn_at IS NULL GROUP BY 1 ORDER BY 1

-- name: named
-- How many people an operation has by name: each once, whatever the number of their pathways; not who was a mistake.
SELECT count(DISTINCT participant) FROM pathways
WHERE operation = $1 AND status <> 'reserved' AND exit_class IS DISTINCT FROM 'void'
