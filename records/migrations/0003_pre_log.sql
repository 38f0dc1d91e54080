-- The record: pathways, the batches of events that one command gave, and the events themselves.

CREATE TABLE pathways (
    id           text PRIMARY KEY,
    participant  uuid NOT NULL REFERENCES participants,
    operation    text NOT NULL REFERENCES operations,
    programme    text NOT NULL,
    referral     text NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    previous     text REFERENCES pathways,
    unit         text NOT NULL,
    referrer     text,
    owner        text NOT NULL,
    rules        text,
    status       text NOT NULL DEFAULT 'reserved'
                 CHECK (status IN ('reserved', 'open', 'paused', 'exited', 'closed')),
    stage        text,
    referred_on  date,
    resume_by    date,
    exit_reason  text,
    exit_class   text,
    exited_on    date,
    exit_seq     bigint,
    last_seq     bigint NOT NULL DEFAULT 0,
    next_due     timestamptz,
    reserved_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    opened_at    timestamptz,
    closed_at    timestamptz,
    diverged_at  timestamptz,  -- not a status: mending must give back the status that the events say
    diverged_why text,
    UNIQUE (operation, referral),
    UNIQUE (participant, operation, ordinal)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX pathways_one_inside ON pathways (participant, operation)
    WHERE status IN ('reserved', 'open', 'paused');
CREATE INDEX pathways_owner ON pathways (owner) WHERE status <> 'closed';
CREATE INDEX pathways_unit ON pathways (unit) WHERE status <> 'closed';
CREATE INDEX pathways_status ON pathways (status, reserved_at DESC, id);
CREATE INDEX pathways_diverged ON pathways (diverged_at) WHERE diverged_at IS NOT NULL;
CREATE INDEX pathways_listed ON pathways (reserved_at DESC, id);
CREATE INDEX pathways_of_operation ON pathways (operation, reserved_at DESC, id);

CREATE TABLE batches (
    pathway     text NOT NULL REFERENCES pathways,
    first_seq   bigint NOT NULL,
    last_seq    bigint NOT NULL,
    command_id  text NOT NULL,
    hash        text NOT NULL,
    inserted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (pathway, first_seq),
    UNIQUE (pathway, command_id),
    CHECK (first_seq > 0 AND last_seq >= first_seq)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batches EXECUTE FUNCTION refuse_change();

CREATE SEQUENCE positions CACHE 1;

CREATE TABLE events (
    pathway     text NOT NULL,
    seq         bigint NOT NULL,
    position    bigint NOT NULL UNIQUE,
    command_id  text NOT NULL,
    index       integer NOT NULL,
    type        text NOT NULL,
    step        text,
    n           integer,
    coded       jsonb NOT NULL,
    sealed      bytea,  -- AES-256-GCM, nonce first, with the participant's key; null where nothing was said
    key_id      text,   -- of that key; no reference, so that the log outlives the register
    occurred_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    inserted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    roles       text[] NOT NULL,
    channel     text NOT NULL,
    actor_unit  text,
    rules       text NOT NULL,
    interpreter integer NOT NULL,
    cause_seq   bigint NOT NULL,
    cause_rule  text NOT NULL,
    PRIMARY KEY (pathway, seq),
    UNIQUE (pathway, command_id, index),
    CHECK ((sealed IS NULL) = (key_id IS NULL))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();
