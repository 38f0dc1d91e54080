-- name: load
-- The claims of some pathways.
SELECT pathway, step, key, pool, site, wish, starts_on, state, rank, since, since_at, before, why
FROM claims WHERE pathway = ANY ($1) ORDER BY pathway, step

-- name: forget
-- Take away claims that stand under another name now.
DELETE FROM claims c USING jsonb_to_recordset($1) AS d (pathway text, step text)
WHERE c.pathway = d.pathway AND c.step = d.step

-- name: write
-- Write claims whole.
INSERT INTO claims (pathway, step, key, pool, site, wish, starts_on, state, rank, since, since_at, before, why)
SELECT pathway, step, key, pool, site, wish, starts_on, state, rank, since, since_at, before, why
FROM jsonb_to_recordset($1) AS d (pathway text, step text, key text, pool text, site text, wish text, starts_on date,
    state text, rank integer, since date, since_at timestamptz, before text, why text)
ON CONFLICT (pathway, step) DO UPDATE SET key = excluded.key, pool = excluded.pool, site = excluded.site,
    wish = excluded.wish, starts_on = excluded.starts_on, state = excluded.state, rank = excluded.rank,
    since = excluded.since, since_at = excluded.since_at, before = excluded.before, why = excluded.why
