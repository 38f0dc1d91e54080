-- What is read: rows that the events alone determine (see records/projection.py), so that rebuild can make them again.
-- No references and no defaults here: the same shapes are filled in a second schema and compared.

CREATE TABLE steps (
    pathway      text NOT NULL,
    key          text NOT NULL,
    path         text NOT NULL,
    n            integer NOT NULL,
    item         text,
    kind         text NOT NULL,
    role         text,
    person       text,
    provider     text,
    parent       text,
    stage        text,
    required     boolean,
    never_paused boolean NOT NULL,
    status       text NOT NULL CHECK (status IN ('open', 'done', 'ended')),
    outcome      text,
    opened_on    date NOT NULL,
    opened_at    timestamptz NOT NULL,
    opened_seq   bigint NOT NULL,
    due          timestamptz,
    due_on       date,
    not_before   date,
    done_on      date,
    done_by      text,
    ended_on     date,
    ended_reason text,
    closed_seq   bigint,
    waits        jsonb,
    PRIMARY KEY (pathway, key)
) WITH (fillfactor = 80);
CREATE INDEX steps_due ON steps (due, pathway, key) WHERE status = 'open' AND due IS NOT NULL;
CREATE INDEX steps_person ON steps (person) WHERE status = 'open' AND person IS NOT NULL;

CREATE TABLE milestones (
    pathway      text NOT NULL,
    milestone    text NOT NULL,
    reached_on   date,
    withdrawn_on date,
    seq          bigint NOT NULL,
    PRIMARY KEY (pathway, milestone)
);

CREATE TABLE facts (
    pathway     text NOT NULL,
    seq         bigint NOT NULL,
    fact        text NOT NULL,
    value       jsonb,  -- null where the value is sealed or was refused
    refused     boolean NOT NULL,
    occurred_on date NOT NULL,
    by          text NOT NULL,
    PRIMARY KEY (pathway, seq)
);

CREATE TABLE records_taken (
    pathway     text NOT NULL,
    seq         bigint NOT NULL,
    record      text NOT NULL,
    key         text,
    item        text,
    rater       text,
    "values"    jsonb NOT NULL,  -- one row: they were observed together
    occurred_on date NOT NULL,
    by          text NOT NULL,
    PRIMARY KEY (pathway, seq)
);

CREATE TABLE hours (
    pathway     text NOT NULL,
    seq         bigint NOT NULL,
    key         text NOT NULL,
    month       text NOT NULL,
    hours       numeric NOT NULL,
    by          text NOT NULL,
    PRIMARY KEY (pathway, seq)
);

-- The last that was recorded about each fact, value and month.
CREATE VIEW current_facts AS
    SELECT DISTINCT ON (pathway, fact) * FROM facts ORDER BY pathway, fact, seq DESC;
CREATE VIEW record_values AS
    SELECT r.pathway, r.seq, r.record, r.key, r.item, r.rater, v.key AS name, v.value, r.occurred_on
    FROM records_taken r CROSS JOIN LATERAL jsonb_each(r."values") v;
CREATE VIEW current_hours AS
    SELECT DISTINCT ON (pathway, key, month) * FROM hours ORDER BY pathway, key, month, seq DESC;
