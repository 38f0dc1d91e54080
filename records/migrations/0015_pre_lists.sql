-- Lists in every order, a page at a time; how an operation stands; what a hand-over led to.

-- A name as Swedes sort it: å, ä and ö after z, whatever the server's locale; other accents as their letters.
CREATE FUNCTION swedish(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(name), 'åäæöøéèêëüáàâíìîóòôúùûñç', '{||}}eeeeyaaaiiiooouuunc') COLLATE "C";

CREATE INDEX people_name ON people (swedish(name), participant);
CREATE INDEX people_words ON people USING gin (to_tsvector('simple', name));

-- Since when somebody is in the stage; like the stage itself it comes from the steps.
ALTER TABLE pathways ADD COLUMN stage_since date;
UPDATE pathways p SET stage_since = (SELECT s.opened_on FROM steps s
    WHERE s.pathway = p.id AND s.status = 'open' AND s.kind = 'stage' ORDER BY s.opened_seq DESC LIMIT 1);

CREATE INDEX pathways_list_referred ON pathways (referred_on, id);
CREATE INDEX pathways_list_due ON pathways (next_due, id) WHERE next_due IS NOT NULL;
CREATE INDEX pathways_list_owner ON pathways (owner, referred_on, id);
CREATE INDEX pathways_list_unit ON pathways (unit, referred_on, id);
CREATE INDEX pathways_list_stage ON pathways ((coalesce(stage, '')), referred_on, id);
CREATE INDEX pathways_list_referrer ON pathways (referrer);
CREATE INDEX pathways_list_referral ON pathways (referral);
DROP INDEX pathways_owner, pathways_unit;  -- the new ones begin with the same columns

-- The board reads these alone, without the tables.
CREATE INDEX pathways_board ON pathways (operation, status, stage, stage_since, next_due, id);
CREATE INDEX pathways_inflow ON pathways (operation, referred_on, exit_class) WHERE status <> 'reserved';
CREATE INDEX pathways_exits ON pathways (operation, exit_class, exit_reason) WHERE exit_reason IS NOT NULL;
DROP INDEX steps_due;
CREATE INDEX steps_due ON steps (due, pathway, key) INCLUDE (path, due_on, never_paused)
    WHERE status = 'open' AND due IS NOT NULL;
CREATE INDEX steps_watch ON steps (due, pathway) WHERE status = 'open' AND path = 'watch';
CREATE INDEX steps_path ON steps (path, pathway);
CREATE INDEX milestones_reached ON milestones (milestone, pathway) WHERE withdrawn_on IS NULL;
CREATE INDEX facts_latest ON facts (fact, pathway, seq DESC) INCLUDE (value);

-- What came of an operation's people, counted now and then: over many it takes longer than a page may. No record:
-- it is counted again whenever somebody asks.
CREATE TABLE targets_counted (
    operation text PRIMARY KEY REFERENCES operations,
    at        timestamptz NOT NULL,
    targets   jsonb NOT NULL  -- by target: a list of value, count, of, count_left, of_left
);

-- Somebody's work changes hands in many commands: what each led to, so that it can be gone on with and looked at.
CREATE TABLE hand_overs (
    id       text PRIMARY KEY,
    staff    text NOT NULL REFERENCES staff,
    receiver text NOT NULL REFERENCES staff,
    by       text NOT NULL REFERENCES staff,
    begun_at timestamptz NOT NULL
);
CREATE TABLE handed (
    hand_over text NOT NULL REFERENCES hand_overs,
    pathway   text NOT NULL REFERENCES pathways,
    key       text,  -- of a step; null: the pathway itself
    result    text NOT NULL CHECK (result IN ('recorded', 'accepted', 'refused')),
    refusal   jsonb,  -- code and parameters
    at        timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (hand_over, pathway, key)
);
