-- name: add_unit
-- Keep a unit, or its new name and standing owner.
INSERT INTO units (id, name, standing_owner) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name,
    standing_owner = coalesce(excluded.standing_owner, units.standing_owner)

-- name: hold_units
-- One reorganisation at a time, so that two together make no circle.
LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE

-- name: merge_unit
-- Say that a unit goes up in another from a day on (null: at once), unless that one leads back to it.
WITH RECURSIVE line (id) AS (
    SELECT $2::text
    UNION
    SELECT u.merged_into FROM line l JOIN units u ON u.id = l.id WHERE u.merged_into IS NOT NULL
)
UPDATE units SET merged_into = $2, merged_on = $3
WHERE id = $1 AND NOT EXISTS (SELECT FROM line WHERE line.id = $1) AND EXISTS (SELECT FROM units WHERE id = $2)

-- name: hand_unit
-- Give a unit another standing owner.
UPDATE units SET standing_owner = $2 WHERE id = $1

-- name: unit
-- A unit, or the one that stands for it on a day (null: in the end).
SELECT id, name, standing_owner, merged_into, merged_on
FROM units WHERE id = unit_now($1, coalesce($2::date, 'infinity'))

-- name: units
-- Every unit.
SELECT id, name, standing_owner, merged_into, merged_on FROM units ORDER BY id

-- name: open_of_units
-- Open pathways of the units for which one stands on a day, each with whoever answers for its owner then (or null).
SELECT p.id, p.unit, p.owner, present(p.owner, $2) AS answers
FROM pathways p WHERE p.unit = ANY (units_of($1, $2)) AND p.status <> 'closed' ORDER BY p.id

-- name: add
-- Keep a staff member, or the new name, address, language and unit; someone who left comes back.
INSERT INTO staff (id, name, email, language, unit) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, language = excluded.language,
    unit = excluded.unit, active = true, left_at = NULL

-- name: give_role
-- Give a role, in one operation or in all.
INSERT INTO staff_roles (staff, operation, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: hold_roles
-- One change of roles at a time, so that two managers don't each take away the last but one.
LOCK TABLE staff_roles IN SHARE ROW EXCLUSIVE MODE

-- name: take_role
-- Take a role back.
DELETE FROM staff_roles WHERE staff = $1 AND operation IS NOT DISTINCT FROM $2 AND role = $3

-- name: staff
-- Staff with their roles; everybody, or some.
SELECT s.id, s.name, s.email, s.language, s.unit, s.active,
    coalesce((SELECT jsonb_agg(jsonb_build_object('operation', r.operation, 'role', r.role) ORDER BY r.operation, r.role)
              FROM staff_roles r WHERE r.staff = s.id), '[]') AS roles
FROM staff s WHERE ($1::text[] IS NULL OR s.id = ANY ($1)) ORDER BY s.id

-- name: roles_of
-- The roles of an active staff member in one operation.
SELECT DISTINCT r.role FROM staff_roles r JOIN staff s ON s.id = r.staff AND s.active
WHERE r.staff = $1 AND (r.operation IS NULL OR r.operation = $2) ORDER BY r.role

-- name: deputises_for_owner
-- Whether somebody answers today for the owner of a pathway without being it.
SELECT p.owner <> $2 AND present(p.owner, $3) = $2 FROM pathways p WHERE p.id = $1

-- name: lock
-- Hold a staff member still while it is decided whether the person can leave.
SELECT active FROM staff WHERE id = $1 FOR UPDATE

-- name: owned
-- Pathways that a staff member answers for, also for an owner who left.
SELECT id FROM pathways
WHERE status <> 'closed' AND (owner = $1 OR owner IN (
    SELECT d.staff FROM deputies d JOIN staff s ON s.id = d.staff
    WHERE d.deputy = $1 AND d.until_on IS NULL AND NOT s.active))
ORDER BY id

-- name: answers_in
-- The operations in which somebody owns a pathway or has open work by name, with a role there or without.
SELECT DISTINCT operation FROM pathways WHERE owner = $1 AND status <> 'closed'
UNION
SELECT DISTINCT p.operation FROM steps s JOIN pathways p ON p.id = s.pathway WHERE s.person = $1 AND s.status = 'open'

-- name: carried
-- Open steps that a staff member is responsible for by name.
SELECT s.pathway, s.key FROM steps s WHERE s.person = $1 AND s.status = 'open' ORDER BY s.pathway, s.key

-- name: stands_for
-- Units whose standing owner is this staff member, on a day and until they become another.
SELECT id FROM units WHERE standing_owner = $1 AND (merged_into IS NULL OR merged_on > $2) ORDER BY id

-- name: leave
-- End a staff member's service: active no more, no roles.
WITH gone AS (DELETE FROM staff_roles WHERE staff = $1)
UPDATE staff SET active = false, left_at = $2 WHERE id = $1

-- name: end_deputising
-- Nobody who left stands in for anybody.
DELETE FROM deputies WHERE deputy = $1 AND from_on >= $2

-- name: cut_deputising
-- Nobody who left goes on standing in.
UPDATE deputies SET until_on = $2 WHERE deputy = $1 AND from_on < $2 AND (until_on IS NULL OR until_on > $2)

-- name: deputy
-- Say who stands in for somebody, and when, unless that is said already.
INSERT INTO deputies (staff, deputy, from_on, until_on)
SELECT $1, $2, $3, $4::date WHERE NOT EXISTS (
    SELECT FROM deputies d WHERE d.staff = $1 AND d.deputy = $2 AND d.from_on <= $3
        AND coalesce(d.until_on, 'infinity') >= coalesce($4::date, 'infinity')
)

-- name: end_deputy
-- Let somebody stand in no longer than up to a day; what hasn't begun by then never begins.
WITH never AS (
    DELETE FROM deputies WHERE staff = $1 AND deputy = $2 AND from_on = $3 AND from_on >= $4 RETURNING id
), cut AS (
    UPDATE deputies SET until_on = $4
    WHERE staff = $1 AND deputy = $2 AND from_on = $3 AND from_on < $4 AND (until_on IS NULL OR until_on > $4)
    RETURNING id
)
SELECT count(*) FROM (SELECT FROM never UNION ALL SELECT FROM cut) ended

-- name: begin_hand_over
-- Begin a hand-over, once.
INSERT INTO hand_overs (id, staff, receiver, by, begun_at, chosen) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING

-- name: hand_over
-- A hand-over that was begun.
SELECT id, staff, receiver, by, begun_at, chosen FROM hand_overs WHERE id = $1

-- name: hand_overs
-- Hand-overs of somebody's work, the latest first.
SELECT id, staff, receiver, by, begun_at, chosen FROM hand_overs WHERE staff = $1 ORDER BY begun_at DESC, id LIMIT 10

-- name: handed
-- Note what became of one pathway or step.
INSERT INTO handed (hand_over, pathway, key, result, refusal, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (hand_over, pathway, key) DO UPDATE SET result = excluded.result, refusal = excluded.refusal,
    at = excluded.at

-- name: all_handed
-- What became of everything in a hand-over, what was refused first.
SELECT pathway, key, result, refusal FROM handed WHERE hand_over = $1 ORDER BY result = 'refused' DESC, at, pathway, key

-- name: answered_for
-- Whose some pathways are: the operation, the owner, and whoever answers for the owner on a day.
SELECT id, operation, owner, present(owner, $2) AS answers FROM pathways WHERE id = ANY ($1)

-- name: deputies
-- Who stands in for whom from a day on.
SELECT staff, deputy, from_on, until_on FROM deputies WHERE until_on IS NULL OR until_on > $1 ORDER BY staff, from_on

-- name: present
-- Who answers for a staff member on a day.
SELECT present($1, $2)
