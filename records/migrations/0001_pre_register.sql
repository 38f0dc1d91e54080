-- The register: people, their identity numbers and keys; staff, their roles, deputies and units.
-- Nothing here is derived from events, and nothing of a person's name or number stands anywhere else.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', tg_table_name, tg_op USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE participants (
    id         uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE people (
    participant uuid PRIMARY KEY REFERENCES participants,
    name        text NOT NULL,
    birth_date  date,  -- apart from any number: when a day's numbers run out, a nearby day is used
    protection  text NOT NULL DEFAULT 'none' CHECK (protection IN ('none', 'marked', 'registered_elsewhere')),
    language    text NOT NULL DEFAULT 'sv',
    contact     jsonb NOT NULL DEFAULT '{}',
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE identities (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    participant uuid NOT NULL REFERENCES participants,
    kind        text NOT NULL CHECK (kind IN ('personnummer', 'samordningsnummer', 'reserve', 'placeholder')),
    value       text NOT NULL,
    valid_from  date NOT NULL,
    valid_to    date,
    CHECK (valid_to >= valid_from)
);
-- A reserve number is unique in its region only and a placeholder may be shared, so only these two kinds are.
CREATE UNIQUE INDEX identities_one_person ON identities (value)
    WHERE valid_to IS NULL AND kind IN ('personnummer', 'samordningsnummer');
CREATE UNIQUE INDEX identities_one_current ON identities (participant) WHERE valid_to IS NULL;
CREATE INDEX identities_value ON identities (value);

CREATE TABLE keys (
    key_id       text PRIMARY KEY,
    participant  uuid NOT NULL UNIQUE REFERENCES participants,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

CREATE TABLE units (
    id             text PRIMARY KEY,
    name           text NOT NULL,
    standing_owner text,
    merged_into    text REFERENCES units,
    CHECK (merged_into <> id)
);

CREATE TABLE staff (
    id       text PRIMARY KEY CHECK (id NOT IN ('owner', 'system')),
    name     text NOT NULL,
    email    text,
    language text NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en')),
    unit     text REFERENCES units,
    active   boolean NOT NULL DEFAULT true,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    left_at  timestamptz,
    CHECK (active = (left_at IS NULL))
);
ALTER TABLE units ADD FOREIGN KEY (standing_owner) REFERENCES staff;

CREATE TABLE staff_roles (
    staff     text NOT NULL REFERENCES staff,
    operation text,  -- null: in every operation
    role      text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (staff, operation, role)
);
CREATE INDEX staff_roles_role ON staff_roles (role, operation);

CREATE TABLE deputies (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff    text NOT NULL REFERENCES staff,
    deputy   text NOT NULL REFERENCES staff,
    from_on  date NOT NULL,
    until_on date,  -- the first day back; null: until further notice
    CHECK (staff <> deputy),
    CHECK (until_on > from_on)
);
CREATE INDEX deputies_staff ON deputies (staff, from_on);

-- Who answers for a staff member on a day: the person, or the first present deputy along the chain. Whoever has a
-- deputy that day counts as absent and is chosen only when nobody along the chain is present. Null: nobody.
-- PL/pgSQL keeps its plans for the session; as SQL functions these three were planned anew for every notice (5 ms each).
CREATE FUNCTION absent(who text, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM deputies d
        WHERE d.staff = who AND d.from_on <= today AND (d.until_on IS NULL OR today < d.until_on)
    );
END $$;

CREATE FUNCTION present(who text, today date) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT absent(who, today) THEN
        RETURN (SELECT s.id FROM staff s WHERE s.id = who AND s.active);
    END IF;
    RETURN (
        WITH RECURSIVE chain (staff, depth) AS (
            SELECT who, 0
            UNION ALL
            SELECT d.deputy, c.depth + 1
            FROM chain c JOIN deputies d ON d.staff = c.staff
            WHERE d.from_on <= today AND (d.until_on IS NULL OR today < d.until_on) AND c.depth < 5
        )
        SELECT c.staff FROM chain c JOIN staff s ON s.id = c.staff AND s.active
        ORDER BY absent(c.staff, today), c.depth, c.staff
        LIMIT 1
    );
END $$;
