-- People who are counted and not known: how many, of which kind, where and when. Nothing here is about one person.
CREATE TABLE counted (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation    text NOT NULL REFERENCES operations,
    unit         text NOT NULL,
    counted_on   date NOT NULL,
    kind         text NOT NULL,
    gender       text,  -- null: not asked, or not the same
    number       integer NOT NULL CHECK (number > 0),
    counted_by   text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    withdrawn_by text,  -- a row that was wrong stays, and counts no longer
    withdrawn_at timestamptz,
    CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE INDEX counted_operation ON counted (operation, counted_on) WHERE withdrawn_at IS NULL;
CREATE TRIGGER counted_stays BEFORE DELETE ON counted FOR EACH ROW EXECUTE FUNCTION refuse_change();
