-- What is published: programmes under the hash of their rules, and the operations that run them.

CREATE TABLE programmes (
    hash         text PRIMARY KEY,
    programme    text NOT NULL,
    effective    date NOT NULL,
    rules        jsonb NOT NULL,
    source       text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);
CREATE INDEX programmes_version ON programmes (programme, effective);
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes EXECUTE FUNCTION refuse_change();

CREATE TABLE operations (
    id         text PRIMARY KEY,
    programme  text NOT NULL,
    version    text,  -- pinned rules; null: the version in force on the referral's day
    starts_on  date NOT NULL,
    ends_on    date NOT NULL,  -- half-open: the first day after
    definition jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (ends_on > starts_on),
    FOREIGN KEY (version) REFERENCES programmes
);
