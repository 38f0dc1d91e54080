-- Limited places: how many there are, who waits for one or has one, and for whom one is kept until they were offered it.

-- From the operation's definition. A pool that is no longer stated stays, with no places, for as long as somebody has one.
CREATE TABLE pools (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation text NOT NULL REFERENCES operations,
    pool      text NOT NULL,
    site      text,  -- null: not at any site of its own
    capacity  integer NOT NULL CHECK (capacity >= 0),
    at_least  integer CHECK (at_least > 0),  -- null: nobody waits for a group
    starts    date[] NOT NULL DEFAULT '{}',
    stated    boolean NOT NULL DEFAULT true,
    UNIQUE NULLS NOT DISTINCT (operation, pool, site)
);
INSERT INTO pools (operation, pool, site, capacity, at_least, starts)
SELECT o.id, d.pool, d.site, d.count, (d."group" ->> 'at_least')::integer,
    ARRAY (SELECT day::date FROM jsonb_array_elements_text(coalesce(d."group" -> 'starts', '[]')) day)
FROM operations o
CROSS JOIN LATERAL jsonb_to_recordset(coalesce(o.definition -> 'places', '[]'))
    AS d (pool text, site text, count integer, "group" jsonb);

-- What the events say of each person's place at each step that needs one (see records/claims.py). A part of the read
-- model: no references, no defaults. Of waitings that began before this table, "ops rebuild --repair" fills it in.
CREATE TABLE claims (
    pathway   text NOT NULL,
    step      text NOT NULL,
    key       text NOT NULL,
    pool      text NOT NULL,
    site      text,
    wish      text,
    starts_on date,
    state     text NOT NULL CHECK (state IN ('waiting', 'offered', 'held', 'released')),
    rank      integer NOT NULL,
    since     date NOT NULL,
    since_at  timestamptz NOT NULL,
    before    text,
    why       text,
    PRIMARY KEY (pathway, step)
) WITH (fillfactor = 80);
CREATE INDEX claims_pool ON claims (pool, state) WHERE state <> 'released';

-- For whom a place is kept while their pathway is told of it. A promise, like the outbox: no event says it.
CREATE TABLE reservations (
    pathway    text NOT NULL REFERENCES pathways,
    key        text NOT NULL,  -- the opening of the waiting that it would end
    pool       bigint NOT NULL REFERENCES pools,
    starts_on  date,
    command_id text NOT NULL UNIQUE,
    attempt    integer NOT NULL,
    made_at    timestamptz NOT NULL,
    settled_at timestamptz,  -- null: the place counts as taken
    refusal    text,         -- a code, where the pathway refused
    ready_at   timestamptz,  -- of a refused one: not again before
    PRIMARY KEY (pathway, key)
);
CREATE INDEX reservations_kept ON reservations (pool) WHERE settled_at IS NULL;
