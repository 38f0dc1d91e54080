-- name: receives_for
-- Whose notices somebody reads on a day: the own ones, and those of everybody whom the person stands in for.
SELECT $1::text AS staff
UNION
SELECT d.staff FROM deputies d
WHERE d.from_on <= $2 AND (d.until_on IS NULL OR $2 < d.until_on) AND present(d.staff, $2) = $1

-- name: unread
-- How many notices wait to be read, counted no further than a page shows.
SELECT count(*) FROM (
    SELECT FROM notices WHERE recipient = ANY ($1) AND read_at IS NULL AND state <> 'cancelled' LIMIT $2
) waiting

-- name: entries
-- Notices of some people, unread or read ones, the newest first; with what tells whether the reader may know about whom.
-- Each person's own are found by themselves: most people have few, however many there are.
SELECT n.id, n.pathway, n.kind, n.key, coalesce(s.path, n.about) AS path, s.item, s.kind AS step_kind,
    s.status AS step_status, n.due_on, n.recipient, n.state, n.held_until, n.promised_at, n.read_at, n.read_by,
    p.operation, p.rules, p.owner, p.referrer, p.unit
FROM (
    SELECT each.* FROM unnest($1::text[]) AS whose (staff) CROSS JOIN LATERAL (
        SELECT * FROM notices
        WHERE recipient = whose.staff AND state <> 'cancelled' AND {read} AND ($2::bigint IS NULL OR id < $2)
        ORDER BY id DESC LIMIT $3
    ) each
) n
JOIN pathways p ON p.id = n.pathway
LEFT JOIN steps s ON s.pathway = n.pathway AND s.key = coalesce(n.moved_to, n.key)
ORDER BY n.id DESC LIMIT $3

-- name: read
-- Mark some notices as read, or (null) every one up to an id.
UPDATE notices SET read_at = $3, read_by = $4
WHERE recipient = ANY ($1) AND read_at IS NULL AND state <> 'cancelled'
    AND ($2::bigint[] IS NULL OR id = ANY ($2)) AND ($5::bigint IS NULL OR id <= $5)

-- name: unmark
-- Mark a notice as unread again.
UPDATE notices SET read_at = NULL, read_by = NULL WHERE recipient = ANY ($1) AND id = $2
