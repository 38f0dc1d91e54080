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
