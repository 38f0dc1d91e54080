-- name: keep_hold
-- Hold every pool of an operation, in the order in which they are always held.
SELECT id FROM pools WHERE operation = $1 ORDER BY id FOR UPDATE

-- name: keep
-- Keep the pools that an operation states.
INSERT INTO pools (operation, pool, site, capacity, at_least, starts)
SELECT $1, d.pool, d.site, d.count, (d."group" ->> 'at_least')::integer,
    ARRAY (SELECT day::date FROM jsonb_array_elements_text(coalesce(d."group" -> 'starts', '[]')) day)
FROM jsonb_to_recordset($2) AS d (pool text, site text, count integer, "group" jsonb)
ON CONFLICT (operation, pool, site) DO UPDATE SET capacity = excluded.capacity, at_least = excluded.at_least,
    starts = excluded.starts, stated = true

-- name: unstate
-- Give no more places in pools that an operation states no longer; nobody loses theirs.
UPDATE pools p SET capacity = 0, at_least = NULL, starts = '{}', stated = false
WHERE operation = $1 AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset($2) AS d (pool text, site text)
    WHERE d.pool = p.pool AND d.site IS NOT DISTINCT FROM p.site
)

-- name: hold
-- Hold the pools that some pathways wait for or have a place in, or had one in before they moved to another version.
-- Where that version gave somebody a place at a site which the operation doesn't state, it stands with no places.
WITH unstated AS (
    INSERT INTO pools (operation, pool, site, capacity, stated)
    SELECT DISTINCT p.operation, c.pool, c.site, 0, false FROM claims c JOIN pathways p ON p.id = c.pathway
    WHERE c.pathway = ANY ($1) AND c.state IN ('offered', 'held') AND NOT EXISTS (
        SELECT FROM pools q WHERE q.operation = p.operation AND q.pool = c.pool AND q.site IS NOT DISTINCT FROM c.site
    )
    ON CONFLICT DO NOTHING
)
SELECT id, operation, pool FROM pools
WHERE (operation, pool) IN (
    SELECT p.operation, c.pool FROM claims c JOIN pathways p ON p.id = c.pathway WHERE c.pathway = ANY ($1)
    UNION SELECT q.operation, q.pool FROM reservations r JOIN pools q ON q.id = r.pool WHERE r.pathway = ANY ($1)
)
ORDER BY id FOR UPDATE

-- name: hold_pool
-- Hold the pools of one name in an operation.
SELECT id FROM pools WHERE operation = $1 AND pool = $2 ORDER BY id FOR UPDATE

-- name: settle
-- A place that was kept is the person's own from the moment at which the waiting is recorded as done.
UPDATE reservations r SET settled_at = $2, refusal = NULL, ready_at = NULL
WHERE r.pathway = ANY ($1) AND r.settled_at IS NULL
    AND EXISTS (SELECT FROM steps s WHERE s.pathway = r.pathway AND s.key = r.key AND s.status = 'done')

-- name: ready
-- Something changed for people who could take no place: they may be asked again at once.
UPDATE reservations SET ready_at = $2 WHERE pathway = ANY ($1) AND ready_at > $2

-- name: figures
-- How many places of each site are taken: held, offered, or kept for somebody.
SELECT p.id, p.site, p.capacity AS count, p.at_least, p.starts, coalesce(sum(t.how_many), 0)::integer AS taken,
    coalesce(array_agg(t.starts_on) FILTER (WHERE t.starts_on IS NOT NULL), '{}') AS days,
    coalesce(array_agg(t.how_many) FILTER (WHERE t.starts_on IS NOT NULL), '{}')::integer[] AS together
FROM pools p
LEFT JOIN LATERAL (
    SELECT u.starts_on, count(*) AS how_many FROM (
        SELECT c.starts_on FROM claims c JOIN pathways w ON w.id = c.pathway
        WHERE c.pool = p.pool AND c.state IN ('offered', 'held') AND w.operation = p.operation
            AND c.site IS NOT DISTINCT FROM p.site
        UNION ALL
        SELECT r.starts_on FROM reservations r WHERE r.pool = p.id AND r.settled_at IS NULL
    ) u GROUP BY u.starts_on
) t ON true
WHERE p.operation = $1 AND p.pool = $2
GROUP BY p.id ORDER BY p.id

-- name: line
-- Who can be offered a place, in the order of the queue: not the paused, nor those held, told already or just refused.
SELECT c.pathway, c.key, c.wish AS site FROM claims c JOIN pathways w ON w.id = c.pathway
LEFT JOIN reservations r ON r.pathway = c.pathway AND r.key = c.key
WHERE c.pool = $2 AND c.state = 'waiting' AND w.operation = $1 AND w.status = 'open' AND w.diverged_at IS NULL
    AND (r.pathway IS NULL OR (r.settled_at IS NOT NULL AND (r.ready_at IS NULL OR r.ready_at <= $3)))
ORDER BY c.rank, c.since, c.since_at, c.pathway

-- name: reserve
-- Keep places for people, each under the id of the command that tells their pathway; returns how often they were asked.
INSERT INTO reservations AS r (pathway, key, pool, starts_on, command_id, attempt, made_at)
SELECT d.pathway, d.key, d.pool, d.starts_on, format('place/%s/%s/1', d.pathway, d.mark), 1, $2
FROM jsonb_to_recordset($1) AS d (pathway text, key text, pool bigint, starts_on date, mark text)
ON CONFLICT (pathway, key) DO UPDATE SET pool = excluded.pool, starts_on = excluded.starts_on,
    attempt = r.attempt + 1, made_at = excluded.made_at, settled_at = NULL, refusal = NULL, ready_at = NULL,
    command_id = regexp_replace(r.command_id, '[0-9]+$', (r.attempt + 1)::text)
RETURNING pathway, key, command_id

-- name: ask
-- Put the commands into the outbox.
INSERT INTO outbox (pathway, command, command_id)
SELECT o.pathway, o.command, o.command_id
FROM jsonb_to_recordset($1) AS o (pathway text, command jsonb, command_id text)

-- name: reserved
-- Which pool a command's place is in.
SELECT p.operation, p.pool FROM reservations r JOIN pools p ON p.id = r.pool WHERE r.command_id = $1

-- name: refused
-- Give back a place that a pathway refused.
UPDATE reservations SET settled_at = $2, refusal = $3, ready_at = $4 WHERE command_id = $1 AND settled_at IS NULL

-- name: ask_again
-- A command that was taken and never recorded is lost (its pathway was started again from the record): ask once more.
UPDATE outbox o SET done_at = NULL, attempts = 0, leased_until = NULL
FROM reservations r JOIN pathways w ON w.id = r.pathway
WHERE o.command_id = r.command_id AND r.settled_at IS NULL AND o.done_at < $1 AND o.last_error IS NULL
    AND w.diverged_at IS NULL
RETURNING o.id

-- name: waited_for
-- Pools in which somebody waits.
SELECT DISTINCT p.operation, p.pool FROM pools p
JOIN pathways w ON w.operation = p.operation JOIN claims c ON c.pathway = w.id AND c.pool = p.pool
WHERE c.state = 'waiting' AND p.stated ORDER BY p.operation, p.pool

-- name: overview
-- The pools of operations, with what is held, offered and kept of each.
SELECT p.operation, p.pool, p.site, p.capacity, p.at_least, p.starts, p.stated,
    count(c.pathway) FILTER (WHERE c.state = 'held')::integer AS held,
    count(c.pathway) FILTER (WHERE c.state = 'offered')::integer AS offered,
    (SELECT count(*) FROM reservations r WHERE r.pool = p.id AND r.settled_at IS NULL)::integer AS kept
FROM pools p
LEFT JOIN (claims c JOIN pathways w ON w.id = c.pathway)
    ON w.operation = p.operation AND c.pool = p.pool AND c.site IS NOT DISTINCT FROM p.site
    AND c.state IN ('held', 'offered')
WHERE $1::text IS NULL OR p.operation = $1
GROUP BY p.id
HAVING p.stated OR count(c.pathway) > 0
ORDER BY p.operation, p.pool, p.site NULLS FIRST

-- name: queue
-- Everybody who waits, in the order of the queue.
SELECT w.operation, c.pool, c.pathway, c.step, c.rank, c.since, c.wish, w.status = 'paused' AS paused,
    row_number() OVER (PARTITION BY w.operation, c.pool ORDER BY c.rank, c.since, c.since_at, c.pathway)::integer
        AS place,
    count(*) OVER (PARTITION BY w.operation, c.pool)::integer AS length
FROM claims c JOIN pathways w ON w.id = c.pathway
WHERE c.state = 'waiting' AND ($1::text IS NULL OR w.operation = $1) AND ($2::text IS NULL OR c.pool = $2)
ORDER BY w.operation, c.pool, place

-- name: of_pathway
-- What somebody waits for, was offered or has.
SELECT w.operation, c.step, c.pool, c.site, c.state, c.since, c.starts_on
FROM claims c JOIN pathways w ON w.id = c.pathway WHERE c.pathway = $1 AND c.state <> 'released' ORDER BY c.step

-- name: unstated
-- Pools that a published version waits for and the operation doesn't state: nobody gets a place there.
SELECT DISTINCT o.id AS operation, s.value ->> 'waits' AS pool
FROM operations o
JOIN programmes v ON v.programme = o.programme OR EXISTS (
    SELECT FROM jsonb_array_elements(coalesce(o.definition -> 'units', '[]')) u
    WHERE u.value ->> 'programme' = v.programme
)
CROSS JOIN LATERAL jsonb_each(v.rules -> 'steps') s
WHERE s.value ? 'waits' AND ($1::text IS NULL OR o.id = $1) AND NOT EXISTS (
    SELECT FROM pools p WHERE p.operation = o.id AND p.pool = s.value ->> 'waits' AND p.stated
)
ORDER BY operation, pool
