-- name: keep
-- Keep an operation or its changed definition; which programme it runs never changes.
INSERT INTO operations (id, programme, version, starts_on, ends_on, definition) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
    definition = excluded.definition, changed_at = clock_timestamp()
WHERE operations.programme = excluded.programme RETURNING id

-- name: get
-- One operation.
SELECT id, programme, version, starts_on, ends_on, definition FROM operations WHERE id = $1

-- name: all
-- Every operation.
SELECT id, programme, version, starts_on, ends_on, definition FROM operations ORDER BY starts_on, id

-- name: runs
-- Every operation without its definition, the latest first.
SELECT id, programme, definition ->> 'name' AS name, version, starts_on, ends_on FROM operations
ORDER BY starts_on DESC, id
