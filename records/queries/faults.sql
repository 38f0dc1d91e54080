-- name: forget
-- Addresses are kept for a day only.
UPDATE faults SET address = NULL WHERE address IS NOT NULL AND at < $1

-- name: recent
-- How many reports came from an address, and from anywhere, since an instant.
SELECT count(*) FILTER (WHERE address = $1) AS here, count(*) AS all FROM faults WHERE address IS NOT NULL AND at > $2

-- name: add
-- Keep a report, once.
INSERT INTO faults (report, at, about, page, words, contact, staff, address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (report) DO NOTHING

-- name: known
-- Whether a report was kept.
SELECT EXISTS (SELECT FROM faults WHERE report = $1)

-- name: listed
-- Reports, settled or not, the newest first.
SELECT id, at, about, page, words, contact, staff, settled_at, settled_by, answer FROM faults
WHERE (settled_at IS NOT NULL) = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3

-- name: settle
-- Say what became of a report.
UPDATE faults SET settled_at = $2, settled_by = $3, answer = $4 WHERE id = $1 AND settled_at IS NULL
