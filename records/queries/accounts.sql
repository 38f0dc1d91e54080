-- name: set_password
-- Keep an account's password.
INSERT INTO accounts (staff, password, set_at, temporary) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff) DO UPDATE SET password = excluded.password, set_at = excluded.set_at,
    temporary = excluded.temporary

-- name: password
-- The password of an account of active staff.
SELECT a.password FROM accounts a JOIN staff s ON s.id = a.staff AND s.active WHERE a.staff = $1

-- name: any_account
-- Whether anybody can sign in.
SELECT EXISTS (SELECT FROM accounts)

-- name: with_account
-- Who has an account.
SELECT staff FROM accounts ORDER BY staff

-- name: begin
-- Begin a session.
INSERT INTO sessions (token, staff, browser, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $4, $5)

-- name: session
-- A session that goes on: of active staff, seen lately.
SELECT x.id, x.staff, x.began_at, x.seen_at, x.ends_at, x.browser, coalesce(a.temporary, false) AS first
FROM sessions x JOIN staff s ON s.id = x.staff AND s.active LEFT JOIN accounts a ON a.staff = x.staff
WHERE x.token = $1 AND x.ends_at > $2 AND x.seen_at > $3

-- name: see
-- Note that a session is in use.
UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2

-- name: sessions
-- Where somebody is signed in, the latest use first.
SELECT id, staff, began_at, seen_at, ends_at, browser FROM sessions
WHERE staff = $1 AND ends_at > $2 AND seen_at > $3 ORDER BY seen_at DESC

-- name: end_session
-- End one session of somebody.
DELETE FROM sessions WHERE id = $1 AND staff = $2

-- name: end_sessions
-- End every session of somebody, except one.
DELETE FROM sessions WHERE staff = $1 AND id IS DISTINCT FROM $2

-- name: failed
-- Note a try that failed.
INSERT INTO tries (staff, address, at) VALUES ($1, $2, $3)

-- name: failures
-- How often somebody failed, and how often an address did, since an instant.
SELECT count(*) FILTER (WHERE staff = $1) AS of_staff, count(*) FILTER (WHERE address = $2) AS of_address
FROM tries WHERE at > $3

-- name: sweep
-- Forget tries and sessions that are over.
WITH over AS (DELETE FROM sessions WHERE ends_at < $1)
DELETE FROM tries WHERE at < $1 - interval '1 day'

-- name: read
-- Note that somebody read about somebody.
INSERT INTO reads (pathway, staff, what, at) VALUES ($1, $2, $3, $4)

-- name: reads
-- Who read a pathway, the latest first.
SELECT id, pathway, staff, what, at FROM reads
WHERE pathway = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
