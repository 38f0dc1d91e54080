-- name: publish
-- Keep a version; nothing happens where it is published.
INSERT INTO programmes (hash, programme, effective, rules, source, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hash) DO NOTHING RETURNING hash

-- name: by_hash
-- One version.
SELECT hash, programme, effective, rules, source, published_at, published_by FROM programmes WHERE hash = $1

-- name: by_prefix
-- The versions whose hash begins so.
SELECT hash, programme, effective, rules, source, published_at, published_by FROM programmes
WHERE starts_with(hash, $1) LIMIT 2

-- name: in_force
-- The version in force on a day; of two that begin the same day the one published last.
SELECT hash, programme, effective, rules, source, published_at, published_by FROM programmes
WHERE programme = $1 AND effective <= $2 ORDER BY effective DESC, published_at DESC, hash LIMIT 1

-- name: hash_in_force
-- The hash alone of the version in force on a day.
SELECT hash FROM programmes
WHERE programme = $1 AND effective <= $2 ORDER BY effective DESC, published_at DESC, hash LIMIT 1

-- name: versions
-- Every version of a programme, or of all.
SELECT hash, programme, effective, published_at, published_by FROM programmes
WHERE $1::text IS NULL OR programme = $1 ORDER BY programme, effective, published_at
