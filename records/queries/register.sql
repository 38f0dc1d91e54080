-- name: by_referral
-- The pathway that a referral became, with the person's current number.
SELECT p.id, p.participant, p.ordinal, p.previous, p.unit, p.owner, p.status, i.kind, i.value
FROM pathways p LEFT JOIN identities i ON i.participant = p.participant AND i.valid_to IS NULL
WHERE p.operation = $1 AND p.referral = $2

-- name: by_number
-- The participant to whom a number belongs, or last belonged.
SELECT participant FROM identities WHERE kind = $1 AND value = $2 ORDER BY valid_to DESC NULLS FIRST LIMIT 1

-- name: add_participant
-- A new participant.
INSERT INTO participants (id) VALUES ($1)

-- name: drop_participant
-- Take back a participant who was made a moment ago in the same transaction.
DELETE FROM participants WHERE id = $1

-- name: add_identity
-- A number that holds from a day on; nothing happens where it belongs to somebody.
INSERT INTO identities (participant, kind, value, valid_from) VALUES ($1, $2, $3, $4)
ON CONFLICT (value) WHERE valid_to IS NULL AND kind IN ('personnummer', 'samordningsnummer') DO NOTHING
RETURNING participant

-- name: end_identity
-- A number holds no more.
UPDATE identities SET valid_to = greatest($2, valid_from) WHERE participant = $1 AND valid_to IS NULL

-- name: identities
-- Every number of a participant, the current one last.
SELECT kind, value, valid_from, valid_to FROM identities WHERE participant = $1 ORDER BY valid_to NULLS LAST, id

-- name: keep_person
-- What a referral says of a person; an unknown day of birth and unsaid contacts leave what is known.
INSERT INTO people (participant, name, birth_date, protection, language, contact) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (participant) DO UPDATE SET name = excluded.name,
    birth_date = coalesce(excluded.birth_date, people.birth_date),
    protection = CASE excluded.protection WHEN 'none' THEN people.protection ELSE excluded.protection END,
    language = excluded.language, contact = people.contact || excluded.contact, changed_at = clock_timestamp()

-- name: consent
-- What the participant said about agencies sharing what they know.
INSERT INTO consents (pathway, answer, given_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5)

-- name: set_protection
-- Set or take away the protection of personal data.
UPDATE people SET protection = $2, changed_at = clock_timestamp() WHERE participant = $1

-- name: lock_participant
-- One reservation at a time for a participant, so that ordinals follow each other.
SELECT id FROM participants WHERE id = $1 FOR UPDATE

-- name: pathways_of
-- A participant's pathways in one operation.
SELECT id, ordinal, status FROM pathways WHERE participant = $1 AND operation = $2 ORDER BY ordinal

-- name: reserve
-- A pathway for a referral; nothing happens where the referral has one.
INSERT INTO pathways (id, participant, operation, programme, referral, ordinal, previous, unit, referrer, owner,
    referred_on, reserved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (operation, referral) DO NOTHING RETURNING id

-- name: release
-- Give back a reservation of which nothing was recorded.
DELETE FROM pathways WHERE id = $1 AND status = 'reserved' AND last_seq = 0 RETURNING id

-- name: reserved
-- Reservations made before an instant that never became a pathway.
SELECT id, operation, referral, owner, reserved_at FROM pathways
WHERE status = 'reserved' AND reserved_at < $1 ORDER BY reserved_at, id

-- name: cards
-- What is shown of the people on some pathways.
SELECT p.id AS pathway, p.participant, c.name, c.birth_date, c.protection, c.language, c.contact, i.kind, i.value
FROM pathways p
JOIN people c USING (participant)
LEFT JOIN identities i ON i.participant = p.participant AND i.valid_to IS NULL
WHERE p.id = ANY ($1)
