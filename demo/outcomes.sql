-- name: people
-- What became of each person in an operation: one row for a person, however often the person was referred. Referrals
-- that were registered in error are out, and counted apart. $1: the operation.
SELECT p.participant,
    bool_or(p.exit_class IS DISTINCT FROM 'void') AS counts,
    bool_or(p.status IN ('open', 'paused')) AS inside,
    bool_or(p.exit_class IS DISTINCT FROM 'void' AND EXISTS (
        SELECT FROM current_facts f WHERE f.pathway = p.id AND f.fact = 'inventory_offered' AND f.value = 'true'::jsonb
    )) AS offered,
    bool_or(p.exit_class IS DISTINCT FROM 'void' AND EXISTS (SELECT FROM milestones m WHERE m.pathway = p.id
        AND m.milestone = 'inventory_done' AND m.withdrawn_on IS NULL)) AS undergone,
    bool_or(p.exit_class IS DISTINCT FROM 'void' AND EXISTS (SELECT FROM steps s WHERE s.pathway = p.id
        AND s.path = 'activity')) AS entered,
    bool_or(p.exit_class IS DISTINCT FROM 'void' AND EXISTS (SELECT FROM milestones m WHERE m.pathway = p.id
        AND m.milestone = 'reached_25' AND m.withdrawn_on IS NULL)) AS reached,
    max((SELECT f.value #>> '{}' FROM current_facts f WHERE f.pathway = p.id AND f.fact = 'gender')) AS gender
FROM pathways p WHERE p.operation = $1 AND p.status <> 'reserved' GROUP BY p.participant

-- name: exits
-- How many pathways ended in each way. $1: the operation.
SELECT exit_reason AS reason, exit_class AS class, count(*) AS count FROM pathways
WHERE operation = $1 AND exit_reason IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1

-- name: steps
-- How many people stand at each step now. $1: the operation.
SELECT s.path, count(DISTINCT s.pathway) AS here, count(DISTINCT s.pathway) FILTER (WHERE s.due_on < $2::date) AS late
FROM steps s JOIN pathways p ON p.id = s.pathway
WHERE p.operation = $1 AND s.status = 'open' GROUP BY s.path

-- name: through
-- How many people were ever at each step. $1: the operation.
SELECT s.path, count(DISTINCT s.pathway) AS opened, count(DISTINCT s.pathway) FILTER (WHERE s.status = 'done') AS done
FROM steps s JOIN pathways p ON p.id = s.pathway WHERE p.operation = $1 GROUP BY s.path

-- name: ledger
-- Notices by kind and state. $1: the operation.
SELECT n.kind, n.state, count(*) AS count FROM notices n JOIN pathways p ON p.id = n.pathway
WHERE p.operation = $1 GROUP BY 1, 2 ORDER BY 1, 2

-- name: pathway
-- The pathway of a referral. $1: the operation, $2: the referral.
SELECT id FROM pathways WHERE operation = $1 AND referral = $2

-- name: timeline
-- What happened on one pathway. $1: the pathway.
SELECT seq, type, step, n, coded, occurred_on, recorded_at, actor, cause_seq, cause_rule FROM events
WHERE pathway = $1 ORDER BY seq

-- name: notices
-- Rows of the ledger of some kinds, in order. $1: the operation, $2: the kinds.
SELECT n.promised_at::date AS promised, n.kind, n.key, n.recipient_role, n.due_on, n.state
FROM notices n JOIN pathways p ON p.id = n.pathway
WHERE p.operation = $1 AND n.kind = ANY ($2::text[]) ORDER BY n.promised_at, n.id
