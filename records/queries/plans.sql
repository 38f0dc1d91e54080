-- name: add
-- Keep a plan, once.
INSERT INTO plans (request, old, new, mapping, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (request) DO UPDATE SET request = excluded.request RETURNING id

-- name: get
-- One plan.
SELECT id, old, new, mapping, made_by, made_at, way, after, moved, refused, turn, done_at FROM plans WHERE id = $1

-- name: every
-- Plans, the newest first.
SELECT id, old, new, mapping, made_by, made_at, way, after, moved, refused, turn, done_at FROM plans
ORDER BY id DESC LIMIT $1

-- name: advance
-- Keep how far a plan has come, unless somebody else went on meanwhile.
UPDATE plans SET after = $3, moved = moved + $4, refused = refused || $5, done_at = $6, turn = turn + 1
WHERE id = $1 AND turn = $2

-- name: turn
-- Begin a plan anew, in one direction or the other.
UPDATE plans SET way = $3, after = '', moved = 0, refused = '[]', done_at = NULL, turn = turn + 1
WHERE id = $1 AND turn = $2
