-- What is promised: one row per notice that became due, and commands that one pathway asks of another.

CREATE TABLE notices (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pathway        text NOT NULL REFERENCES pathways,
    seq            bigint NOT NULL,
    key            text,
    kind           text NOT NULL,
    about          text,
    recipient_role text NOT NULL,  -- as the rules say: a role, "owner" or a staff id
    late           text,
    recipient      text,           -- who that was when it was promised or claimed
    due_on         date,
    state          text NOT NULL
                   CHECK (state IN ('promised', 'claimed', 'handed_over', 'failed', 'uncertain', 'cancelled')),
    reason         text,
    message_id     uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    attempts       integer NOT NULL DEFAULT 0,
    retry          boolean NOT NULL DEFAULT false,  -- of a failed one: whether trying again can help
    promised_at    timestamptz NOT NULL,
    claimed_at     timestamptz,
    settled_at     timestamptz,
    UNIQUE (pathway, seq)
) WITH (fillfactor = 80);
CREATE INDEX notices_state ON notices (state, id) WHERE state <> 'handed_over' AND state <> 'cancelled';

CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pathway      text NOT NULL REFERENCES pathways,  -- whom the command is for
    command      jsonb NOT NULL,
    command_id   text NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    leased_until timestamptz,
    attempts     integer NOT NULL DEFAULT 0,
    last_error   text,  -- a code, never a text: it may stand in a page of operations
    done_at      timestamptz
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE done_at IS NULL;

-- Who may be meant by a role of the rules on a pathway: the owner, a staff member by id, or the holders of a role, those
-- of the pathway's unit first. Everyone is replaced by whoever answers for them on the day; the lower rank is meant first.
CREATE FUNCTION meant(pathway_id text, meant_role text, today date) RETURNS TABLE (who text, rank bigint)
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

-- The one person whom a notice goes to, or null. An escalation passes over whoever is late and, where nobody else has
-- the role, goes to a manager of any operation.
CREATE FUNCTION recipient(pathway_id text, meant_role text, kind text, late text, today date) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    late_one text;
BEGIN
    IF kind <> 'escalate' THEN
        RETURN (SELECT m.who FROM meant(pathway_id, meant_role, today) m ORDER BY m.rank LIMIT 1);
    END IF;
    IF late IS NOT NULL THEN
        SELECT m.who INTO late_one FROM meant(pathway_id, late, today) m ORDER BY m.rank LIMIT 1;
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
