-- name: page
-- One page of pathways in an order, after (or before) a place in it.
SELECT p.id, p.operation, p.programme, p.referral, p.ordinal, p.previous, p.unit, p.referrer, p.owner,
    CASE WHEN p.diverged_at IS NULL THEN p.status ELSE 'diverged' END AS status, p.stage, p.referred_on, p.resume_by,
    p.exit_reason, p.exit_class, p.exited_on, p.last_seq, p.next_due, p.reserved_at, p.rules,
    CASE WHEN {named} THEN c.name END AS name, {key} AS key
FROM pathways p {join} people c USING (participant)
WHERE {where} AND {segment} AND {beyond}
ORDER BY {key} {way}, p.id {way} LIMIT {limit}

-- name: page_by_group
-- The same in an order of groups: each group's own first page is cheap, and the page is made of them.
SELECT q.*, g.value AS of_group
FROM unnest({groups}::text[]) WITH ORDINALITY g (value, place)
CROSS JOIN LATERAL ({page}) q
ORDER BY g.place, q.key {way}, q.id {way} LIMIT {limit}

-- name: wanted
-- Whether a pathway is of those that are asked for. Whoever is held is still where the events say.
({operation}::text IS NULL OR p.operation = {operation})
AND ({statuses}::text[] IS NULL OR p.status = ANY ({statuses}))
AND (NOT {held}::boolean OR p.diverged_at IS NOT NULL)
AND ({stage}::text IS NULL OR coalesce(p.stage, '') = {stage})
AND ({owner}::text IS NULL OR p.owner = {owner})
AND ({units}::text IS NULL OR p.unit = ANY (units_of({units}, {today}::date)))
AND ({late}::timestamptz IS NULL OR (p.next_due <= {late} AND p.status <> 'closed'))
AND ({exit}::text IS NULL OR p.exit_reason = {exit})
AND ({referred_from}::date IS NULL OR p.referred_on >= {referred_from})
AND ({referred_to}::date IS NULL OR p.referred_on <= {referred_to})
AND ({person}::uuid IS NULL OR p.participant = {person})
AND ({ids}::text[] IS NULL OR p.id = ANY ({ids}))
AND ({words}::text IS NULL OR (to_tsvector('simple', c.name) @@ to_tsquery('simple', {words}) AND {named}))

-- name: quiet
-- Whether nobody had contact in time; apart from the rest, so that the planner knows how few these are.
p.id IN (SELECT w.pathway FROM steps w WHERE w.path = 'watch' AND w.status = 'open' AND w.due <= {quiet}::timestamptz)

-- name: within
-- Whether a pathway is within somebody's reach.
({whole}::text[] IS NULL OR p.operation = ANY ({whole}) OR p.owner = ANY ({owners}::text[])
    OR p.id = ANY ({responsible}::text[]) OR p.referrer = {referrer}::text
    OR (p.unit = {unit}::text AND ({of_unit}::text[] IS NULL OR p.operation = ANY ({of_unit}))))

-- name: named
-- Whether somebody may see whom a pathway is about.
coalesce(CASE WHEN c.protection = 'none' THEN {open} ELSE {protected} END, false)

-- name: counted
-- How many pathways a list has, counted no further than asked.
SELECT count(*) FROM (
    SELECT FROM pathways p LEFT JOIN people c USING (participant) WHERE {where} LIMIT {limit}
) found

-- name: own
-- For whom somebody answers today, and the pathways with an open step that the person is responsible for by name.
SELECT ARRAY (
    SELECT s.id FROM staff s WHERE s.id IN (SELECT d.staff FROM deputies d) AND s.id <> $1 AND present(s.id, $2) = $1
) AS owners, ARRAY (SELECT DISTINCT pathway FROM steps WHERE person = $1 AND status = 'open') AS responsible

-- name: name_at
-- Where a pathway's person stands in the order of names.
SELECT swedish(c.name) FROM pathways p JOIN people c USING (participant) WHERE p.id = $1

-- name: owners
-- Everybody who owns a pathway: from one to the next in the index, however many pathways each has.
WITH RECURSIVE each (value) AS (
    SELECT min(owner) FROM pathways
    UNION ALL
    SELECT (SELECT min(p.owner) FROM pathways p WHERE p.owner > e.value) FROM each e WHERE e.value IS NOT NULL
)
SELECT value FROM each WHERE value IS NOT NULL

-- name: stages
-- Every stage that somebody is in.
WITH RECURSIVE each (value) AS (
    SELECT min(coalesce(stage, '')) FROM pathways
    UNION ALL
    SELECT (SELECT min(coalesce(p.stage, '')) FROM pathways p WHERE coalesce(p.stage, '') > e.value)
    FROM each e WHERE e.value IS NOT NULL
)
SELECT value FROM each WHERE value <> ''

-- name: exported
-- Note for each pathway in a file that somebody took it along.
INSERT INTO reads (pathway, staff, what, at) SELECT id, $2, 'export', $3 FROM unnest($1::text[]) id
