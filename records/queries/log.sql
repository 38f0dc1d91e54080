-- name: lock
-- Hold pathways for the length of the transaction, always in the same order. Not FOR UPDATE: that would make whoever
-- gives a place to one of them, with the pool in hand, wait for a transaction that waits for the pool.
SELECT id, last_seq, diverged_at FROM pathways WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE

-- name: batch_at
-- The batch that begins at a sequence number, with its last event's position.
SELECT b.last_seq, b.hash, e.position FROM batches b
JOIN events e ON e.pathway = b.pathway AND e.seq = b.last_seq
WHERE b.pathway = $1 AND b.first_seq = $2

-- name: notices_of
-- The notices that a batch promised.
SELECT id FROM notices WHERE pathway = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq

-- name: promise
-- Promise notices, each to whoever is meant on its day.
INSERT INTO notices (pathway, seq, key, kind, about, recipient_role, late, recipient, due_on, state, reason,
    retry, resend, promised_at, settled_at)
SELECT t.pathway, t.seq, t.key, t.kind, t.about, t.role, t.late, r.who, t.due_on,
    CASE WHEN t.before_takeover THEN 'cancelled' WHEN r.who IS NULL THEN 'failed' ELSE 'promised' END,
    CASE WHEN t.before_takeover THEN 'before_takeover' WHEN r.who IS NULL THEN 'no_recipient' END,
    r.who IS NULL AND NOT t.before_takeover, t.resend, t.promised_at,
    CASE WHEN t.before_takeover OR r.who IS NULL THEN t.promised_at END
FROM (
    SELECT * FROM jsonb_to_recordset($1) AS t (pathway text, seq bigint, key text, kind text, about text, role text,
        late text, due_on date, before_takeover boolean, resend boolean, today date, promised_at timestamptz)
    ORDER BY t.pathway, t.seq
) t
CROSS JOIN LATERAL (SELECT recipient(t.pathway, t.role, t.kind, t.late, t.today) AS who) r
RETURNING id, pathway, seq

-- name: hold_owners
-- Let no owner of these pathways leave meanwhile: leaving holds the same rows and then looks for open work.
SELECT id FROM staff WHERE id IN (SELECT owner FROM pathways WHERE id = ANY ($1)) ORDER BY id FOR SHARE

-- name: stand_in
-- Where the owner left before this was recorded, the unit's standing owner answers for them: nobody falls between.
INSERT INTO deputies (staff, deputy, from_on)
SELECT DISTINCT s.id, u.standing_owner, $2::date
FROM pathways p
JOIN staff s ON s.id = p.owner
JOIN units u ON u.id = unit_now(p.unit, $2)
WHERE p.id = ANY ($1) AND p.status <> 'closed' AND u.standing_owner <> s.id AND present(s.id, $2) IS NULL
    AND present(u.standing_owner, $2) IS NOT NULL

-- name: ask
-- Put commands for other pathways into the outbox.
INSERT INTO outbox (pathway, command, command_id)
SELECT o.pathway, o.command, o.command_id
FROM jsonb_to_recordset($1) AS o (pathway text, command jsonb, command_id text)

-- name: insert
-- Write batches and their events; the last statement of a transaction. Positions must be in commit order, so that a
-- report that names a position always means the same events. A sequence alone gives numbers in the order of asking: a
-- transaction that asked first may commit last, and a reader who saw a later number would miss it for ever. So numbers
-- are given out under a lock that is held until the commit is visible; everything slow was done before it.
WITH gate AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtext('stegvis.position'), hashtext(current_schema()))
),
kept AS (
    INSERT INTO batches (pathway, first_seq, last_seq, command_id, hash)
    SELECT b.pathway, b.first_seq, b.last_seq, b.command_id, b.hash
    FROM jsonb_to_recordset($1) AS b (pathway text, first_seq bigint, last_seq bigint, command_id text, hash text)
)
INSERT INTO events (pathway, seq, position, command_id, index, type, step, n, coded, sealed, key_id, occurred_on,
    recorded_at, actor, roles, channel, actor_unit, rules, interpreter, cause_seq, cause_rule)
SELECT e.pathway, e.seq, nextval('positions'), e.command_id, e.index, e.type, e.step, e.n, e.coded,
    decode(e.sealed, 'base64'), e.key_id, e.occurred_on, e.recorded_at, e.actor, e.roles, e.channel, e.actor_unit,
    e.rules, e.interpreter, e.cause_seq, e.cause_rule
FROM gate, LATERAL (
    SELECT * FROM jsonb_to_recordset($2) AS e (pathway text, seq bigint, command_id text, index integer,
        type text, step text, n integer, coded jsonb, sealed text, key_id text, occurred_on date,
        recorded_at timestamptz, actor text, roles text[], channel text, actor_unit text, rules text,
        interpreter integer, cause_seq bigint, cause_rule text)
    ORDER BY pathway, seq
) e
RETURNING pathway, seq, position

-- name: diverge
-- Take no more commands on a pathway until somebody mended it.
UPDATE pathways SET diverged_at = clock_timestamp(), diverged_why = $2 WHERE id = $1 AND diverged_at IS NULL

-- name: mend
-- Take commands again.
UPDATE pathways SET diverged_at = NULL, diverged_why = NULL WHERE id = $1 AND diverged_at IS NOT NULL RETURNING last_seq

-- name: load
-- The events of a pathway, from a sequence number on.
SELECT pathway, seq, position, command_id, index, type, step, n, coded, sealed, key_id, occurred_on, recorded_at, actor,
    roles, channel, actor_unit, rules, interpreter, cause_seq, cause_rule
FROM events WHERE pathway = $1 AND seq > $2 ORDER BY seq

-- name: load_many
-- The events of several pathways.
SELECT pathway, seq, position, command_id, index, type, step, n, coded, sealed, key_id, occurred_on, recorded_at, actor,
    roles, channel, actor_unit, rules, interpreter, cause_seq, cause_rule
FROM events WHERE pathway = ANY ($1) ORDER BY pathway, seq

-- name: batches
-- The batches of a pathway.
SELECT pathway, first_seq, last_seq, command_id, hash, inserted_at FROM batches WHERE pathway = $1 ORDER BY first_seq

-- name: command
-- Whether a command is in the record of a pathway.
SELECT first_seq, last_seq FROM batches WHERE pathway = $1 AND command_id = $2

-- name: waking
-- Whether this transaction is the one that may wake a closed pathway, until it ends.
SELECT pg_try_advisory_xact_lock(hashtext('stegvis.wake ' || current_schema()), hashtext($1))
