-- name: step_keys
-- Give steps their new keys, behind a mark so that two may change places; in a second turn the mark goes.
UPDATE steps s SET key = '>' || m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE s.pathway = m.pathway AND s.key = m.old

-- name: step_keys_arrived
-- Take the mark away.
UPDATE steps s SET key = substr(s.key, 2)
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE s.pathway = m.pathway AND s.key = '>' || m.new

-- name: steps_gone
-- Take away steps that are no more.
DELETE FROM steps s USING jsonb_to_recordset($1) AS g (pathway text, key text)
WHERE s.pathway = g.pathway AND s.key = g.key

-- name: keys_of_records
-- Let records follow the step that they belong to.
UPDATE records_taken r SET key = m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE r.pathway = m.pathway AND r.key = m.old

-- name: keys_of_hours
-- Let hours follow the step that they were attended in.
UPDATE hours h SET key = m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE h.pathway = m.pathway AND h.key = m.old

-- name: keys_of_notices
-- Let promised notices find the step that they are about.
UPDATE notices n SET moved_to = m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text)
WHERE n.pathway = m.pathway AND coalesce(n.moved_to, n.key) = m.old
    AND n.state IN ('promised', 'claimed', 'failed', 'uncertain')

-- name: facts
-- Rename facts.
UPDATE facts f SET fact = m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE f.pathway = m.pathway AND f.fact = m.old

-- name: records
-- Rename records.
UPDATE records_taken r SET record = m.new
FROM jsonb_to_recordset($1) AS m (pathway text, old text, new text) WHERE r.pathway = m.pathway AND r.record = m.old

-- name: milestones_gone
-- Take away milestones that are no more, or have another name.
DELETE FROM milestones s USING jsonb_to_recordset($1) AS g (pathway text, key text)
WHERE s.pathway = g.pathway AND s.milestone = g.key
