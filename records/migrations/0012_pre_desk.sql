-- The desk: who may sign in with a password, who is signed in, whose pages were read.

CREATE TABLE accounts (
    staff    text PRIMARY KEY REFERENCES staff,
    password text NOT NULL,  -- argon2id, with its parameters
    set_at   timestamptz NOT NULL
);

-- A session is kept here and not in the cookie, so that it can be ended from another place.
CREATE TABLE sessions (
    id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token    bytea NOT NULL UNIQUE,  -- SHA-256 of what the cookie holds
    staff    text NOT NULL REFERENCES staff,
    browser  text NOT NULL DEFAULT '',
    began_at timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL,
    ends_at  timestamptz NOT NULL
);
CREATE INDEX sessions_staff ON sessions (staff, seen_at);

-- Tries that failed, for the rate limit; swept when a day old.
CREATE TABLE tries (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff   text NOT NULL,
    address text NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX tries_at ON tries (at);

-- Who read what about whom. Nobody changes it.
CREATE TABLE reads (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pathway text NOT NULL,
    staff   text NOT NULL,
    what    text NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX reads_pathway ON reads (pathway, id);
CREATE INDEX reads_staff ON reads (staff, id);
CREATE TRIGGER reads_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
