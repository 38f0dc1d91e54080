-- Referring from the desk: consent, people who may be the same, what became of referrals, work that waits for a role.

-- What the participant said about agencies sharing what they know, with the referral it was said at. The last row of
-- a pathway holds; none is changed, so that it can be shown later what was agreed to on which day.
CREATE TABLE consents (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pathway  text NOT NULL REFERENCES pathways ON DELETE CASCADE,  -- only a reservation is ever deleted
    answer   text NOT NULL CHECK (answer IN ('written', 'oral', 'no')),
    given_on date NOT NULL,
    noted_by text NOT NULL,
    noted_at timestamptz NOT NULL
);
CREATE INDEX consents_pathway ON consents (pathway, id);
CREATE TRIGGER consents_kept BEFORE UPDATE OR TRUNCATE ON consents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE INDEX people_born ON people (birth_date);
CREATE INDEX pathways_participant ON pathways (participant, reserved_at DESC, id);
CREATE INDEX pathways_referrer ON pathways (referrer, referred_on DESC, id);
CREATE INDEX pathways_of_unit ON pathways (unit, referred_on DESC, id);
CREATE INDEX steps_role ON steps (role, due, pathway, key)
    WHERE status = 'open' AND person IS NULL AND due IS NOT NULL;
