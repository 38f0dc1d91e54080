-- name: create
-- Keep the wrapped key of a participant; nothing happens where there is one.
INSERT INTO keys (key_id, participant, wrapped) VALUES ($1, $2, $3)
ON CONFLICT (participant) DO NOTHING RETURNING key_id

-- name: of_participant
-- The key of a participant.
SELECT key_id, participant, wrapped FROM keys WHERE participant = $1

-- name: of_pathway
-- The key with which a pathway's words are sealed.
SELECT k.key_id, k.participant, k.wrapped FROM keys k JOIN pathways p USING (participant) WHERE p.id = $1

-- name: of_pathways
-- The keys with which the words of many pathways are sealed.
SELECT k.key_id, k.participant, k.wrapped FROM keys k JOIN pathways p USING (participant)
WHERE p.id = ANY ($1) AND k.wrapped IS NOT NULL

-- name: by_id
-- One key.
SELECT key_id, participant, wrapped FROM keys WHERE key_id = $1

-- name: destroy
-- Throw a participant's key away for good.
UPDATE keys SET wrapped = NULL, destroyed_at = clock_timestamp()
WHERE participant = $1 AND destroyed_at IS NULL RETURNING key_id
