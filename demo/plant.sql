-- What demo/plant.py does to the stores, so that somebody sees that the check finds it.

-- name: P1
-- Somebody who owns an open pathway is gone from the staff, past the register's own guard.
UPDATE staff SET active = false, left_at = now()
WHERE id IN (SELECT owner FROM pathways WHERE status <> 'closed' ORDER BY id LIMIT 1)

-- name: P2
-- An event is missing in the middle of the record.
ALTER TABLE events DISABLE TRIGGER append_only;
DELETE FROM events WHERE (pathway, seq) IN (SELECT pathway, seq FROM events WHERE seq = 3 ORDER BY pathway LIMIT 1);
ALTER TABLE events ENABLE TRIGGER append_only

-- name: P3
-- A notice that was told is gone from the ledger.
DELETE FROM notices WHERE id IN (SELECT min(id) FROM notices)

-- name: P4
-- Work is open again for somebody who left long ago.
UPDATE steps SET status = 'open' WHERE (pathway, key) IN (
    SELECT s.pathway, s.key FROM steps s JOIN pathways p ON p.id = s.pathway
    WHERE p.status IN ('exited', 'closed') AND s.path = 'watch' ORDER BY s.pathway LIMIT 1
)
