-- name: standing
-- How many pathways of an operation stand where and since when in the middle, how many of them late, since which due day.
SELECT status, stage, count(*) AS here, percentile_disc(0.5) WITHIN GROUP (ORDER BY stage_since) AS since,
    count(*) FILTER (WHERE next_due <= $2 AND status <> 'closed') AS late,
    min(next_due) FILTER (WHERE next_due <= $2 AND status <> 'closed') AS oldest
FROM pathways WHERE operation = $1 GROUP BY status, stage

-- name: held
-- How many pathways of an operation take no commands.
SELECT count(*) FROM pathways WHERE operation = $1 AND diverged_at IS NOT NULL

-- name: late
-- What is late in an operation: by step, how many and since when. Nothing is late before the pathway's next due.
SELECT s.path, count(*) AS count, min(s.due_on) AS oldest
FROM steps s JOIN pathways p ON p.id = s.pathway
WHERE s.status = 'open' AND s.due <= $2 AND p.operation = $1 AND p.status <> 'closed' AND p.next_due <= $2
    AND (p.status <> 'paused' OR s.never_paused)
GROUP BY s.path ORDER BY count(*) DESC, s.path

-- name: longest
-- Who has been longest in each stage of an operation: by stage, from the first day.
SELECT w.stage, q.pathway, q.since FROM unnest($2::text[]) WITH ORDINALITY w (stage, place)
CROSS JOIN LATERAL (
    SELECT p.id AS pathway, p.stage_since AS since FROM pathways p
    WHERE p.operation = $1 AND p.status = 'open' AND p.stage = w.stage AND p.stage_since IS NOT NULL
    ORDER BY p.stage_since, p.id LIMIT $3
) q
ORDER BY w.place, q.since, q.pathway

-- name: inflow
-- How many were referred to an operation on each day; what was registered in error is out.
SELECT referred_on AS day, count(*) AS count FROM pathways
WHERE operation = $1 AND status <> 'reserved' AND exit_class IS DISTINCT FROM 'void' GROUP BY 1 ORDER BY 1

-- name: exits
-- How many left an operation, by class and reason.
SELECT exit_class AS class, exit_reason AS reason, count(*) AS count FROM pathways
WHERE operation = $1 AND exit_reason IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2

-- name: shares
-- Of the people of an operation in a base, how many came to something, by a fact's value (null: everybody's together).
-- A person counts once, however often referred; a referral in error doesn't count. What a base is stands in the query.
WITH people AS (
    SELECT p.participant, p.id, p.status IN ('open', 'paused') AS inside FROM pathways p
    WHERE p.operation = $1 AND p.status <> 'reserved' AND p.exit_class IS DISTINCT FROM 'void'
), base AS ({base}), hits AS ({count}), one AS (
    SELECT q.participant, bool_or(q.inside) AS inside, bool_or(h.pathway IS NOT NULL) AS reached,
        max(f.value #>> '{{}}') AS value
    FROM people q
    JOIN base b ON b.pathway = q.id
    LEFT JOIN hits h ON h.pathway = q.id
    LEFT JOIN (
        SELECT DISTINCT ON (pathway) pathway, value FROM facts WHERE fact = {split} ORDER BY pathway, seq DESC
    ) f ON f.pathway = q.id
    GROUP BY q.participant
)
SELECT value, count(*) FILTER (WHERE reached) AS count, count(*) AS of,
    count(*) FILTER (WHERE reached AND NOT inside) AS count_left, count(*) FILTER (WHERE NOT inside) AS of_left
FROM one GROUP BY value ORDER BY value NULLS LAST

-- name: seen_everybody
-- Every pathway.
SELECT id AS pathway FROM pathways WHERE {name} = '' AND {ending}::text IS NULL

-- name: seen_milestone
-- Pathways that reached a milestone.
SELECT pathway FROM milestones WHERE milestone = {name} AND withdrawn_on IS NULL AND {ending}::text IS NULL

-- name: seen_opened
-- Pathways on which a step was opened.
SELECT DISTINCT pathway FROM steps WHERE path = {name} AND {ending}::text IS NULL

-- name: seen_ended
-- Pathways on which a step was interrupted.
SELECT DISTINCT pathway FROM steps WHERE path = {name} AND status = 'ended' AND {ending}::text IS NULL

-- name: seen_done
-- Pathways on which a step was done: at all, with an outcome, or for an item.
SELECT DISTINCT pathway FROM steps
WHERE path = {name} AND status = 'done' AND ({ending}::text IS NULL OR outcome = {ending} OR item = {ending})

-- name: seen_exit
-- Pathways that ended: at all, or for a reason.
SELECT id AS pathway FROM pathways
WHERE exit_reason IS NOT NULL AND ({name} = '' OR exit_reason = {name}) AND {ending}::text IS NULL

-- name: counted
-- What was counted last.
SELECT at, targets FROM targets_counted WHERE operation = $1

-- name: keep_counted
-- Keep what was counted.
INSERT INTO targets_counted AS t (operation, at, targets) VALUES ($1, $2, $3)
ON CONFLICT (operation) DO UPDATE SET at = excluded.at, targets = excluded.targets WHERE t.at < excluded.at
