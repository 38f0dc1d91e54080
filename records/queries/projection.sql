-- name: steps
-- Write step rows: what is given over what stands there. Says which of their pathways have claims to places.
WITH written AS (
INSERT INTO steps AS t (pathway, key, path, n, item, kind, role, person, provider, parent, stage, required, never_paused,
    status, outcome, opened_on, opened_at, opened_seq, due, due_on, not_before, done_on, done_by, ended_on, ended_reason,
    closed_seq, waits)
SELECT r.pathway, r.key, r.path, r.n, r.item, r.kind, r.role, r.person, r.provider, r.parent, r.stage, r.required,
    r.never_paused, r.status, r.outcome, r.opened_on, r.opened_at, r.opened_seq, r.due, r.due_on, r.not_before,
    r.done_on, r.done_by, r.ended_on, r.ended_reason, r.closed_seq, r.waits
FROM jsonb_array_elements($1) d
LEFT JOIN steps s ON s.pathway = d ->> 'pathway' AND s.key = d ->> 'key'
CROSS JOIN LATERAL jsonb_populate_record(s, d) r
ON CONFLICT (pathway, key) DO UPDATE SET path = excluded.path, n = excluded.n, item = excluded.item,
    kind = excluded.kind, role = excluded.role, person = excluded.person, provider = excluded.provider,
    parent = excluded.parent, stage = excluded.stage, required = excluded.required,
    never_paused = excluded.never_paused, status = excluded.status, outcome = excluded.outcome, opened_on = excluded.opened_on, opened_at = excluded.opened_at,
    opened_seq = excluded.opened_seq, due = excluded.due, due_on = excluded.due_on, not_before = excluded.not_before,
    done_on = excluded.done_on, done_by = excluded.done_by, ended_on = excluded.ended_on,
    ended_reason = excluded.ended_reason, closed_seq = excluded.closed_seq, waits = excluded.waits
RETURNING t.pathway
)
SELECT DISTINCT pathway FROM written WHERE pathway IN (SELECT c.pathway FROM claims c)

-- name: milestones
-- Write milestone rows.
INSERT INTO milestones AS t (pathway, milestone, reached_on, withdrawn_on, seq)
SELECT r.pathway, r.milestone, r.reached_on, r.withdrawn_on, r.seq
FROM jsonb_array_elements($1) d
LEFT JOIN milestones s ON s.pathway = d ->> 'pathway' AND s.milestone = d ->> 'milestone'
CROSS JOIN LATERAL jsonb_populate_record(s, d) r
ON CONFLICT (pathway, milestone) DO UPDATE SET reached_on = excluded.reached_on,
    withdrawn_on = excluded.withdrawn_on, seq = excluded.seq

-- name: facts
-- Write fact rows.
INSERT INTO facts AS t (pathway, seq, fact, value, refused, occurred_on, by)
SELECT r.pathway, r.seq, r.fact, r.value, r.refused, r.occurred_on, r.by
FROM jsonb_array_elements($1) d
LEFT JOIN facts s ON s.pathway = d ->> 'pathway' AND s.seq = (d ->> 'seq')::bigint
CROSS JOIN LATERAL jsonb_populate_record(s, d) r
ON CONFLICT (pathway, seq) DO UPDATE SET value = excluded.value, refused = excluded.refused,
    occurred_on = excluded.occurred_on

-- name: records_taken
-- Write rows of values observed together; corrected values replace theirs and leave the others.
INSERT INTO records_taken AS t (pathway, seq, record, key, item, rater, "values", occurred_on, by)
SELECT r.pathway, r.seq, r.record, r.key, r.item, r.rater, coalesce(s."values", '{}') || (d -> 'values'),
    r.occurred_on, r.by
FROM jsonb_array_elements($1) d
LEFT JOIN records_taken s ON s.pathway = d ->> 'pathway' AND s.seq = (d ->> 'seq')::bigint
CROSS JOIN LATERAL jsonb_populate_record(s, d) r
ON CONFLICT (pathway, seq) DO UPDATE SET "values" = excluded."values", occurred_on = excluded.occurred_on

-- name: hours
-- Write rows of reported hours.
INSERT INTO hours AS t (pathway, seq, key, month, hours, by)
SELECT r.pathway, r.seq, r.key, r.month, r.hours, r.by
FROM jsonb_array_elements($1) d
LEFT JOIN hours s ON s.pathway = d ->> 'pathway' AND s.seq = (d ->> 'seq')::bigint
CROSS JOIN LATERAL jsonb_populate_record(s, d) r
ON CONFLICT (pathway, seq) DO UPDATE SET key = excluded.key, month = excluded.month, hours = excluded.hours

-- name: steps_closed_by
-- Correct the day of the step that an event closed.
UPDATE steps s SET done_on = CASE s.status WHEN 'done' THEN (d ->> 'on')::date ELSE s.done_on END,
    ended_on = CASE s.status WHEN 'ended' THEN (d ->> 'on')::date ELSE s.ended_on END
FROM jsonb_array_elements($1) d WHERE s.pathway = d ->> 'pathway' AND s.closed_seq = (d ->> 'of')::bigint

-- name: pathways
-- Write what events say of pathways; after the steps, because the stage and the next due come from those.
UPDATE pathways t SET
    programme = r.programme, operation = r.operation, referral = r.referral, ordinal = r.ordinal,
    previous = r.previous, unit = r.unit, referrer = r.referrer, owner = r.owner, rules = r.rules,
    status = CASE WHEN r.status = 'closed' AND d ? 'awake' THEN 'exited' ELSE r.status END,
    referred_on = r.referred_on, resume_by = r.resume_by, exit_reason = r.exit_reason, exit_class = r.exit_class,
    exited_on = r.exited_on, exit_seq = r.exit_seq, last_seq = r.last_seq, opened_at = r.opened_at,
    closed_at = r.closed_at,
    (stage, stage_since) = (SELECT s.path, s.opened_on FROM steps s
        WHERE s.pathway = t.id AND s.status = 'open' AND s.kind = 'stage' ORDER BY s.opened_seq DESC LIMIT 1),
    next_due = (SELECT min(s.due) FROM steps s WHERE s.pathway = t.id AND s.status = 'open'
                AND (r.status <> 'paused' OR s.never_paused))
FROM jsonb_array_elements($1) d
JOIN pathways q ON q.id = d ->> 'id'
CROSS JOIN LATERAL jsonb_populate_record(q, d) r
WHERE t.id = q.id
