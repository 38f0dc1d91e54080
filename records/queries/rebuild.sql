-- name: one_at_a_time
-- Two rebuilds would fill one schema.
SELECT pg_advisory_lock(hashtext('stegvis.rebuild'), hashtext($1))

-- name: done
-- Let the next one begin.
SELECT pg_advisory_unlock(hashtext('stegvis.rebuild'), hashtext($1))

-- name: seed
-- What the register knows of pathways, with nothing of what events say.
INSERT INTO {shadow}.pathways (id, participant, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    status, referred_on, last_seq, reserved_at)
SELECT id, participant, operation, programme, referral, ordinal, previous, unit, referrer, owner, 'reserved',
    referred_on, 0, reserved_at
FROM {main}.pathways p WHERE NOT EXISTS (SELECT FROM {shadow}.pathways s WHERE s.id = p.id)

-- name: horizon
-- The position up to which events can be read now.
SELECT coalesce(max(position), 0) FROM {main}.events

-- name: written
-- Pathways that have events after a position, in order.
SELECT DISTINCT pathway FROM {main}.events WHERE position > $1 ORDER BY pathway

-- name: events
-- What the log says of some pathways beyond what was replayed.
SELECT e.pathway, e.seq, e.command_id, e.index, e.type, e.step, e.n, e.coded, e.occurred_on, e.recorded_at, e.actor,
    e.roles, e.channel, e.actor_unit, e.rules, e.interpreter, e.cause_seq, e.cause_rule
FROM {main}.events e JOIN {shadow}.pathways s ON s.id = e.pathway AND e.seq > s.last_seq
WHERE e.pathway = ANY ($1) ORDER BY e.pathway, e.seq

-- name: replayed
-- How many pathways the log knows.
SELECT count(*) FROM {shadow}.pathways WHERE last_seq > 0

-- name: hold
-- Let nobody record while rows are compared; reading goes on.
LOCK TABLE {main}.pathways IN EXCLUSIVE MODE

-- name: differences
-- Rows that the log makes otherwise, or that only one side has.
SELECT to_jsonb(m) AS stands, to_jsonb(s) AS said
FROM {main}.{table} m FULL JOIN {shadow}.{table} s USING ({keys})
WHERE m IS DISTINCT FROM s

-- name: pathway_differences
-- The same for pathways, which also hold what no event says.
SELECT to_jsonb(m) AS stands, to_jsonb(s) AS said
FROM {main}.pathways m FULL JOIN {shadow}.pathways s USING (id)
WHERE to_jsonb(m) - $1::text[] IS DISTINCT FROM to_jsonb(s) - $1::text[]

-- name: notice_differences
-- Promises that the log makes otherwise; what became of them is known to the ledger alone.
SELECT to_jsonb(m) AS stands, to_jsonb(s) AS said
FROM (
    SELECT pathway, seq, key, kind, about, recipient_role, late, due_on, promised_at FROM {main}.notices
) m
FULL JOIN (
    SELECT pathway, seq, coded ->> 'key' AS key, coded ->> 'kind' AS kind, coded ->> 'about' AS about,
        coded ->> 'to' AS recipient_role, coded ->> 'late' AS late, (coded ->> 'due_on')::date AS due_on,
        recorded_at AS promised_at
    FROM {main}.events WHERE type = 'Told'
) s USING (pathway, seq)
WHERE to_jsonb(m) IS DISTINCT FROM to_jsonb(s)

-- name: remove
-- Take away rows that the log makes otherwise, or not at all.
DELETE FROM {main}.{table} m USING jsonb_to_recordset($1) AS d ({typed}) WHERE {same}

-- name: restore
-- Put back what the log says.
INSERT INTO {main}.{table}
SELECT s.* FROM {shadow}.{table} s JOIN jsonb_to_recordset($1) AS d ({typed}) USING ({keys})

-- name: restore_pathways
-- Put back what the log says of pathways.
UPDATE {main}.pathways t SET programme = s.programme, operation = s.operation, referral = s.referral,
    ordinal = s.ordinal, previous = s.previous, unit = s.unit, referrer = s.referrer, owner = s.owner, rules = s.rules,
    status = s.status, stage = s.stage, stage_since = s.stage_since, referred_on = s.referred_on, resume_by = s.resume_by,
    exit_reason = s.exit_reason, exit_class = s.exit_class, exited_on = s.exited_on, exit_seq = s.exit_seq,
    last_seq = s.last_seq, next_due = s.next_due, opened_at = s.opened_at, closed_at = s.closed_at
FROM {shadow}.pathways s JOIN jsonb_to_recordset($1) AS d ({typed}) USING (id) WHERE t.id = s.id

-- name: forget_notices
-- Take away promises that the log doesn't make.
DELETE FROM {main}.notices n USING jsonb_to_recordset($1) AS d (pathway text, seq bigint)
WHERE n.pathway = d.pathway AND n.seq = d.seq

-- name: restore_notices
-- Put back promises: what they say is known, what became of a lost one is not.
INSERT INTO {main}.notices AS n (pathway, seq, key, kind, about, recipient_role, late, due_on, state, reason,
    promised_at, settled_at)
SELECT d.pathway, d.seq, d.key, d.kind, d.about, d.recipient_role, d.late, d.due_on, 'uncertain', 'rebuilt',
    d.promised_at, clock_timestamp()
FROM jsonb_to_recordset($1) AS d (pathway text, seq bigint, key text, kind text, about text, recipient_role text,
    late text, due_on date, promised_at timestamptz)
ON CONFLICT (pathway, seq) DO UPDATE SET key = excluded.key, kind = excluded.kind, about = excluded.about,
    recipient_role = excluded.recipient_role, late = excluded.late, due_on = excluded.due_on,
    promised_at = excluded.promised_at
