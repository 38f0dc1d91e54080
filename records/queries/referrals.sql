-- name: sent
-- Referrals that somebody made, or that came from a unit, the newest first: where each stands, what was done last,
-- how it ended and what falls due next (the watch only where nothing else does).
WITH found AS (
    (SELECT id, referred_on FROM pathways
    WHERE referrer = $1 AND ($3::text[] IS NULL OR status = ANY ($3))
        AND ($4::date IS NULL OR (referred_on <= $4 AND (referred_on < $4 OR id > $5)))
    ORDER BY referred_on DESC, id LIMIT $6)
    UNION
    (SELECT id, referred_on FROM pathways
    WHERE unit = $2 AND ($3::text[] IS NULL OR status = ANY ($3))
        AND ($4::date IS NULL OR (referred_on <= $4 AND (referred_on < $4 OR id > $5)))
    ORDER BY referred_on DESC, id LIMIT $6)
)
SELECT p.id, p.operation, p.programme, p.referral, p.ordinal, p.previous, p.unit, p.referrer, p.owner,
    CASE WHEN p.diverged_at IS NULL THEN p.status ELSE 'diverged' END AS status, p.stage, p.referred_on, p.resume_by,
    p.exit_reason, p.exit_class, p.exited_on, p.last_seq, p.next_due, p.reserved_at, p.rules,
    d.path AS done, d.item AS done_item, d.outcome AS done_outcome, d.done_on, d.done_by,
    n.path AS next, n.item AS next_item, n.role AS next_role, n.person AS next_person, n.due_on AS next_on,
    x.why AS exit_why, x.by AS exit_by
FROM (SELECT * FROM found ORDER BY referred_on DESC, id LIMIT $6) f JOIN pathways p USING (id)
LEFT JOIN LATERAL (
    SELECT path, item, outcome, done_on, done_by FROM steps s
    WHERE s.pathway = p.id AND s.status = 'done' AND s.kind NOT IN ('stage', 'group') AND s.path <> 'watch'
    ORDER BY s.closed_seq DESC LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT path, item, role, person, due_on FROM steps s
    WHERE s.pathway = p.id AND s.status = 'open' AND s.due IS NOT NULL AND (p.status <> 'paused' OR s.never_paused)
    ORDER BY s.path = 'watch', s.due, s.key LIMIT 1
) n ON true
LEFT JOIN LATERAL (
    SELECT coalesce(c.coded ->> 'coded_reason', '') AS why, e.coded ->> 'decided_by' AS by
    FROM events e LEFT JOIN events c ON c.pathway = e.pathway AND c.seq = e.cause_seq
    WHERE p.exit_seq IS NOT NULL AND e.pathway = p.id AND e.seq = p.exit_seq
) x ON true
ORDER BY p.referred_on DESC, p.id

-- name: of_people
-- The pathways of some people, the latest first.
SELECT id, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    CASE WHEN diverged_at IS NULL THEN status ELSE 'diverged' END AS status, stage, referred_on, resume_by,
    exit_reason, exit_class, exited_on, last_seq, next_due, reserved_at, participant
FROM pathways WHERE participant = ANY ($1) ORDER BY reserved_at DESC, id

-- name: born
-- Who was born on a day, by the day of birth that stands in the register.
SELECT participant, name FROM people WHERE birth_date = $1 ORDER BY participant LIMIT $2

-- name: consent
-- What was last said of consent on a pathway.
SELECT answer, given_on, noted_by, noted_at FROM consents WHERE pathway = $1 ORDER BY id DESC LIMIT 1
