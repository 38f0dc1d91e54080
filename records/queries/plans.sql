-- name: add
-- Keep a plan, once.
INSERT INTO plans (request, old, new, mapping, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (request) DO UPDATE SET request = excluded.request RETURNING id

-- name: get
-- One plan.
SELECT id, old, new, mapping, made_by, made_at, way, after, moved, refused, turn, done_at, busy_since FROM plans WHERE id = $1

-- name: every
-- Plans, the newest first.
SELECT id, old, new, mapping, made_by, made_at, way, after, moved, refused, turn, done_at, busy_since FROM plans
ORDER BY id DESC LIMIT $1

-- name: begin
-- Begin a batch in one direction, where nobody went on since the plan was read and none is under way; in the other
-- direction than before, or after the end, the plan begins anew.
UPDATE plans SET turn = turn + 1, busy_since = $4::timestamptz, way = $3::text,
    after = CASE WHEN way = $3 AND done_at IS NULL THEN after ELSE '' END,
    moved = CASE WHEN way = $3 AND done_at IS NULL THEN moved ELSE 0 END,
    refused = CASE WHEN way = $3 AND done_at IS NULL THEN refused ELSE '[]' END,
    done_at = NULL
WHERE id = $1 AND turn = $2 AND (busy_since IS NULL OR busy_since < $5::timestamptz)
RETURNING id, old, new, mapping, made_by, made_at, way, after, moved, refused, turn, done_at, busy_since

-- name: advance
-- Keep how far a plan has come, and that its batch is over, unless somebody else went on meanwhile.
UPDATE plans SET after = $3, moved = moved + $4, refused = refused || $5, done_at = $6, turn = turn + 1, busy_since = NULL
WHERE id = $1 AND turn = $2
