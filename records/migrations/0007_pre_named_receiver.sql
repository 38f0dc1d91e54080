-- The role "referrer" means first whoever referred this person: the answer is owed to them, and they confirm a reception.
-- Others with the role come after, for when that one is gone. (The rest of the function is as it was.)
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
            SELECT s.id, false, absent(s.id, today), s.unit = p.unit, r.operation IS NOT NULL
            FROM pathways p
            JOIN staff_roles r ON r.role = meant_role AND (r.operation IS NULL OR r.operation = p.operation)
            JOIN staff s ON s.id = r.staff AND s.active
            WHERE p.id = pathway_id
        ) c
    ) found
    WHERE found.who IS NOT NULL
    GROUP BY found.who;
END $$;

-- The one person whom a notice goes to, or null. Work that nobody has (no holder of the role, a person who left) is the
-- owner's; an answer is owed to nobody else. An escalation passes over whoever is late and, where nobody else has the
-- role, goes to a manager of any operation.
CREATE OR REPLACE FUNCTION recipient(pathway_id text, meant_role text, kind text, late text, today date) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    late_one text;
BEGIN
    IF kind = 'answer' THEN
        RETURN (SELECT m.who FROM meant(pathway_id, meant_role, today) m ORDER BY m.rank LIMIT 1);
    END IF;
    IF kind <> 'escalate' THEN
        RETURN coalesce(
            (SELECT m.who FROM meant(pathway_id, meant_role, today) m ORDER BY m.rank LIMIT 1),
            (SELECT m.who FROM meant(pathway_id, 'owner', today) m ORDER BY m.rank LIMIT 1)
        );
    END IF;
    IF late IS NOT NULL THEN
        SELECT m.who INTO late_one FROM meant(pathway_id, late, today) m ORDER BY m.rank LIMIT 1;
        IF late_one IS NULL THEN
            SELECT m.who INTO late_one FROM meant(pathway_id, 'owner', today) m ORDER BY m.rank LIMIT 1;
        END IF;
    END IF;
    RETURN (
        SELECT c.who FROM (
            SELECT m.who, 0 AS resort, m.rank FROM meant(pathway_id, meant_role, today) m
            UNION ALL
            SELECT m.who, 1, m.rank FROM meant(pathway_id, 'manager', today) m
            UNION ALL
            SELECT present(r.staff, today), 2, row_number() OVER (ORDER BY r.staff)
            FROM staff_roles r JOIN staff s ON s.id = r.staff AND s.active WHERE r.role = 'manager'
        ) c
        WHERE c.who IS NOT NULL AND c.who IS DISTINCT FROM late_one
        ORDER BY c.resort, c.rank LIMIT 1
    );
END $$;
