-- name: get
-- What somebody wishes of notices.
SELECT quiet_from, quiet_until, working_days_only, digest_at FROM wishes WHERE staff = $1

-- name: keep
-- Keep what somebody wishes.
INSERT INTO wishes (staff, quiet_from, quiet_until, working_days_only, digest_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (staff) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
    working_days_only = excluded.working_days_only, digest_at = excluded.digest_at

-- name: release
-- What was held for somebody is looked at again: the wishes are other ones now.
UPDATE notices SET held_until = NULL
WHERE recipient = $1 AND held_until IS NOT NULL AND state IN ('promised', 'failed')
