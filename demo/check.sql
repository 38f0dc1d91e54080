-- What demo/check.py asks. Its own questions from the events on: none of the engine's queries stands here.

-- name: prepare
-- Views of this connection alone: steps and pathways as the events tell them.
CREATE TEMPORARY VIEW steps_said AS
WITH said AS (
    SELECT pathway, coded->>'key' AS key, seq, type FROM events WHERE type IN ('Opened', 'Done', 'Ended')
    UNION ALL
    SELECT pathway, jsonb_array_elements_text(coded->'restored'), seq, 'Opened' FROM events WHERE type = 'Reopened'
), last AS (
    SELECT DISTINCT ON (pathway, key) pathway, key, seq, type FROM said ORDER BY pathway, key, seq DESC
), dues AS (
    SELECT DISTINCT ON (pathway, coded->>'key') pathway, coded->>'key' AS key, (coded->>'due_on')::date AS due_on,
        occurred_on AS since
    FROM events WHERE type IN ('Opened', 'DueMoved') ORDER BY pathway, coded->>'key', seq DESC
)
SELECT l.pathway, l.key, o.step, o.seq AS opened_seq, l.seq AS last_seq, l.type AS state, d.due_on, d.since,
    o.coded->>'by' AS role, o.step LIKE 'after\_exit.%' OR o.step = 'review_correction' AS allowed_after
FROM last l
JOIN events o ON o.pathway = l.pathway AND o.type = 'Opened' AND o.coded->>'key' = l.key
JOIN dues d ON d.pathway = l.pathway AND d.key = l.key;

CREATE TEMPORARY VIEW paths_said AS
WITH exits AS (
    SELECT DISTINCT ON (pathway) * FROM events WHERE type IN ('Exited', 'Reopened') ORDER BY pathway, seq DESC
), pauses AS (
    SELECT DISTINCT ON (pathway) * FROM events
    WHERE type IN ('Paused', 'Resumed', 'Exited') ORDER BY pathway, seq DESC
), owners AS (
    SELECT DISTINCT ON (pathway) pathway, coalesce(coded->>'new', coded->>'owner') AS owner FROM events
    WHERE type = 'Referred' OR (type = 'OwnerChanged' AND coded->>'key' IS NULL) ORDER BY pathway, seq DESC
), ends AS (
    SELECT DISTINCT ON (pathway) pathway, type FROM events
    WHERE type IN ('Closed', 'Opened', 'Reopened') ORDER BY pathway, seq DESC
)
SELECT p.pathway, o.owner, x.type = 'Exited' IS TRUE AS gone, x.seq AS exit_seq, x.occurred_on AS exited_on,
    x.coded->>'hand_over' AS hand_over, z.type = 'Paused' IS TRUE AS paused, c.type = 'Closed' AS closed
FROM events p
LEFT JOIN exits x USING (pathway) LEFT JOIN pauses z USING (pathway)
LEFT JOIN owners o USING (pathway) LEFT JOIN ends c USING (pathway)
WHERE p.type = 'Referred'

-- name: owners
-- P1 (a): open pathways whose owner is nobody who is here, not even by deputies. $1: today.
WITH RECURSIVE reach (staff, person, depth) AS (
    SELECT id, id, 0 FROM staff
    UNION ALL
    SELECT r.staff, d.deputy, r.depth + 1 FROM reach r JOIN deputies d ON d.staff = r.person
    WHERE d.from_on <= $1::date AND (d.until_on IS NULL OR $1::date < d.until_on) AND r.depth < 5
)
SELECT p.pathway, 'nobody answers for it' AS why FROM paths_said p
WHERE NOT p.closed AND NOT EXISTS (
    SELECT FROM reach r JOIN staff f ON f.id = r.person AND f.active WHERE r.staff = p.owner
)

-- name: unwatched
-- P1 (b): no open watch before the exit, no open follow-up after it, or one that is due too late. The intervals are
-- four weeks, a pause of six months, and a follow-up after six months; a due day on a free day moves by a week at most.
SELECT p.pathway, CASE WHEN p.gone THEN 'no follow-up in time' ELSE 'no watch in time' END AS why FROM paths_said p
WHERE NOT p.closed AND NOT EXISTS (
    SELECT FROM steps_said s WHERE s.pathway = p.pathway AND s.state = 'Opened' AND CASE
        WHEN p.gone THEN s.allowed_after AND s.due_on <= greatest(p.exited_on, s.since) + interval '6 months 7 days'
        WHEN p.paused THEN s.step = 'watch' AND s.due_on <= s.since + interval '6 months 7 days'
        ELSE s.step = 'watch' AND s.due_on <= s.since + 28 + 7
    END
)

-- name: unescalated
-- P1 (c): what was late without an escalation in the ledger. The first rung of every ladder comes at most ten working
-- days after the due day; three weeks hold any holidays. $1: today.
SELECT s.pathway, 'late without an escalation: ' || s.key AS why
FROM steps_said s JOIN events e ON e.pathway = s.pathway AND e.seq = s.last_seq
WHERE (s.step = 'watch' OR s.allowed_after)
    AND s.due_on + 21 < CASE WHEN s.state = 'Opened' THEN $1::date
        WHEN e.channel = 'history' THEN e.occurred_on ELSE e.recorded_at::date END
    AND NOT EXISTS (SELECT FROM notices n WHERE n.pathway = s.pathway AND n.key = s.key AND n.kind = 'escalate')

-- name: gaps
-- P2: gaps, commands twice, batches and events that differ, a read model that is behind, referrals that never began.
SELECT pathway, 'events ' || count(*) || ' of ' || max(seq) AS why FROM events GROUP BY pathway
HAVING count(*) <> max(seq) OR min(seq) <> 1
UNION ALL
SELECT p.id, 'read model at ' || p.last_seq || ', events at ' || coalesce(e.last, 0) FROM pathways p
LEFT JOIN (SELECT pathway, max(seq) AS last FROM events GROUP BY pathway) e ON e.pathway = p.id
WHERE p.last_seq <> coalesce(e.last, 0)
UNION ALL
SELECT pathway, 'command twice: ' || command_id FROM events GROUP BY pathway, command_id
HAVING count(DISTINCT seq - index) > 1 OR count(*) <> max(index) + 1
UNION ALL
SELECT b.pathway, 'batch ' || b.first_seq || '-' || b.last_seq || ' and its events differ' FROM batches b
LEFT JOIN events e ON e.pathway = b.pathway AND e.seq BETWEEN b.first_seq AND b.last_seq
    AND e.command_id = b.command_id
GROUP BY b.pathway, b.first_seq, b.last_seq HAVING count(e.seq) <> b.last_seq - b.first_seq + 1
UNION ALL
SELECT e.pathway, 'event ' || e.seq || ' belongs to no batch' FROM events e
WHERE NOT EXISTS (SELECT FROM batches b WHERE b.pathway = e.pathway AND e.seq BETWEEN b.first_seq AND b.last_seq)
UNION ALL
SELECT id, 'held as diverged' FROM pathways WHERE diverged_at IS NOT NULL
UNION ALL
SELECT id, 'referred but never begun' FROM pathways WHERE status = 'reserved'

-- name: read_model
-- P2: steps that are open for one of events and read model only, and milestones that differ.
SELECT coalesce(s.pathway, t.pathway) AS pathway, 'open for one of events and read model: ' ||
    coalesce(s.key, t.key) AS why
FROM (SELECT pathway, key FROM steps_said WHERE state = 'Opened') s
FULL JOIN (SELECT pathway, key FROM steps WHERE status = 'open') t ON t.pathway = s.pathway AND t.key = s.key
WHERE s.key IS NULL OR t.key IS NULL

-- name: answered
-- P2: how often each command is in the record.
SELECT pathway, command_id, count(*) AS times FROM batches GROUP BY pathway, command_id

-- name: running
-- P2: pathways for which a workflow has to run.
SELECT pathway AS id FROM paths_said WHERE NOT closed ORDER BY pathway

-- name: ledger
-- P3: notices and their rows, one to one, and each row with an answer.
SELECT e.pathway, 'told at ' || e.seq || ', ' || count(n.id) || ' rows in the ledger' AS why
FROM events e LEFT JOIN notices n ON n.pathway = e.pathway AND n.seq = e.seq
WHERE e.type = 'Told' GROUP BY e.pathway, e.seq HAVING count(n.id) <> 1
UNION ALL
SELECT n.pathway, 'in the ledger, told by no event: ' || n.seq FROM notices n
WHERE NOT EXISTS (SELECT FROM events e WHERE e.pathway = n.pathway AND e.seq = n.seq AND e.type = 'Told')
UNION ALL
SELECT pathway, 'left ' || state || ': ' || seq FROM notices WHERE state IN ('promised', 'claimed')
UNION ALL
SELECT pathway, state || ' without a reason: ' || seq FROM notices
WHERE state IN ('failed', 'cancelled', 'uncertain') AND reason IS NULL

-- name: letters
-- P3: every row with the id that its letter carries.
SELECT message_id::text AS id, state, pathway FROM notices

-- name: under_way
-- P3: how many notices are on their way.
SELECT count(*) FROM notices WHERE state IN ('promised', 'claimed')

-- name: left_open
-- P4: open work after an exit, in the events or in the read model, and people whom nobody has received or watches.
SELECT o.pathway, 'open after the exit: ' || o.key AS why FROM paths_said p JOIN (
    SELECT pathway, key, allowed_after FROM steps_said WHERE state = 'Opened'
    UNION
    SELECT pathway, key, path LIKE 'after\_exit.%' OR path = 'review_correction' FROM steps WHERE status = 'open'
) o USING (pathway)
WHERE p.gone AND NOT o.allowed_after
UNION ALL
SELECT p.pathway, 'nobody has received the person, and nobody is watching' FROM paths_said p
WHERE p.gone AND p.hand_over IS NOT NULL AND NOT EXISTS (
    SELECT FROM steps_said s WHERE s.pathway = p.pathway AND s.opened_seq > p.exit_seq
        AND s.role = p.hand_over AND (s.state = 'Done' OR (s.state = 'Opened' AND s.due_on IS NOT NULL))
)

-- name: counts
-- What the evidence is made of.
SELECT (SELECT count(*) FROM paths_said WHERE NOT closed) AS open, (SELECT count(*) FROM paths_said) AS pathways,
    (SELECT count(*) FROM paths_said WHERE gone) AS exits,
    (SELECT count(*) FROM paths_said WHERE gone AND hand_over IS NOT NULL) AS handed_over,
    (SELECT count(*) FROM steps_said s JOIN paths_said p USING (pathway)
        WHERE p.gone AND s.state = 'Done' AND s.role = p.hand_over AND s.opened_seq > p.exit_seq) AS received,
    (SELECT count(*) FROM notices WHERE kind = 'escalate') AS escalations,
    (SELECT count(*) FROM batches) AS commands, (SELECT count(*) FROM events) AS events,
    (SELECT count(*) FROM notices) AS notices
