-- A reorganisation has a day: until then a unit stands for itself, from then on for it the unit that it became.
-- Without a day it holds at once, as before. Open pathways keep the unit and the owner that they have.
ALTER TABLE units ADD COLUMN merged_on date CHECK (merged_on IS NULL OR merged_into IS NOT NULL);

-- The unit that stands for a unit on a day.
CREATE FUNCTION unit_now(unit_id text, today date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    here text := unit_id;
    further text;
BEGIN
    FOR step IN 1..20 LOOP  -- no circles are kept (records/staff.py); a bound all the same
        SELECT u.merged_into INTO further FROM units u
        WHERE u.id = here AND (u.merged_on IS NULL OR u.merged_on <= today);
        EXIT WHEN further IS NULL;
        here := further;
    END LOOP;
    RETURN here;
END $$;

-- Every unit for which the same one stands on a day: a list of one of them is a list of them all.
CREATE FUNCTION units_of(unit_id text, today date) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    stands text := unit_now(unit_id, today);
BEGIN
    RETURN ARRAY(SELECT u.id FROM units u WHERE unit_now(u.id, today) = stands) || unit_id;
END $$;

-- Whoever works at the unit that stands for the pathway's unit is near. (The rest of the function is as it was.)
CREATE OR REPLACE FUNCTION meant(pathway_id text, meant_role text, today date) RETURNS TABLE (who text, rank bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT found.who, min(found.rank)
    FROM (
        SELECT present(c.staff, today) AS who,
            row_number() OVER (ORDER BY c.direct DESC, c.absent, c.near DESC NULLS LAST, c.here DESC, c.staff) AS rank
        FROM (
            SELECT p.owner AS staff, true AS direct, false AS absent, true AS near, true AS here
            FROM pathways p WHERE p.id = pathway_id AND meant_role = 'owner'
            UNION ALL
            SELECT p.referrer, true, false, true, true
            FROM pathways p WHERE p.id = pathway_id AND meant_role = 'referrer' AND p.referrer IS NOT NULL
            UNION ALL
            SELECT s.id, true, false, true, true FROM staff s WHERE s.id = meant_role
            UNION ALL
            SELECT s.id, false, absent(s.id, today),
                s.unit = p.unit OR unit_now(s.unit, today) = unit_now(p.unit, today), r.operation IS NOT NULL
            FROM pathways p
            JOIN staff_roles r ON r.role = meant_role AND (r.operation IS NULL OR r.operation = p.operation)
            JOIN staff s ON s.id = r.staff AND s.active
            WHERE p.id = pathway_id
        ) c
    ) found
    WHERE found.who IS NOT NULL
    GROUP BY found.who;
END $$;
