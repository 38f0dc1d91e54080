-- Faults that anybody reports on the desk's own page, signed in or not.
CREATE TABLE faults (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report     uuid NOT NULL UNIQUE,   -- of the form: a double click is one report
    at         timestamptz NOT NULL,
    about      text NOT NULL CHECK (about IN ('accessibility', 'other')),
    page       text NOT NULL,
    words      text NOT NULL,
    contact    text NOT NULL,
    staff      text REFERENCES staff,  -- of whoever was signed in
    address    text,                   -- for the limit; forgotten after a day
    settled_at timestamptz,
    settled_by text REFERENCES staff,
    answer     text NOT NULL DEFAULT ''
);
CREATE INDEX faults_address ON faults (address, at) WHERE address IS NOT NULL;
CREATE INDEX faults_open ON faults (id) WHERE settled_at IS NULL;

-- A password that somebody else gave is changed before anything else is done with it.
ALTER TABLE accounts ADD COLUMN temporary boolean NOT NULL DEFAULT false;

-- Moves of people from one version of a programme to another, carried out in batches from the desk: how far each has come.
CREATE TABLE plans (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request    uuid NOT NULL UNIQUE,  -- of the form: a double click is one plan
    old        text NOT NULL REFERENCES programmes (hash),
    new        text NOT NULL REFERENCES programmes (hash),
    mapping    text NOT NULL,
    made_by    text NOT NULL REFERENCES staff,
    made_at    timestamptz NOT NULL,
    way        text NOT NULL DEFAULT 'forward' CHECK (way IN ('forward', 'back')),
    after      text NOT NULL DEFAULT '',  -- the last pathway that was asked
    moved      integer NOT NULL DEFAULT 0,
    refused    jsonb NOT NULL DEFAULT '[]',
    turn       integer NOT NULL DEFAULT 0,  -- so that of two who go on at once one writes
    done_at    timestamptz
);
