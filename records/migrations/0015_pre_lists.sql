-- Lists in every order, a page at a time, and what a hand-over led to.

-- A name as Swedes sort it: å, ä and ö after z, whatever the server's locale; other accents as their letters.
CREATE FUNCTION swedish(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(name), 'åäæöøéèêëüáàâíìîóòôúùûñç', '{||}}eeeeyaaaiiiooouuunc') COLLATE "C";

CREATE INDEX people_name ON people (swedish(name), participant);
CREATE INDEX people_words ON people USING gin (to_tsvector('simple', name));
CREATE INDEX pathways_list_referred ON pathways (referred_on, id);
CREATE INDEX pathways_list_due ON pathways (next_due, id) WHERE next_due IS NOT NULL;
CREATE INDEX pathways_list_owner ON pathways (owner, referred_on, id);
CREATE INDEX pathways_list_stage ON pathways ((coalesce(stage, '')), referred_on, id);
CREATE INDEX pathways_list_referrer ON pathways (referrer);
CREATE INDEX pathways_list_unit ON pathways (unit, referred_on, id);
CREATE INDEX pathways_list_referral ON pathways (referral);

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
