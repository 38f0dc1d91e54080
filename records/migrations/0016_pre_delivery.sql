-- Notices as each person wishes them: hours without mail, a day's notices in one letter, and what was read in the desk.

CREATE TABLE wishes (
    staff             text PRIMARY KEY REFERENCES staff,
    quiet_from        smallint CHECK (quiet_from BETWEEN 0 AND 23),  -- full hours, in Sweden
    quiet_until       smallint CHECK (quiet_until BETWEEN 0 AND 23),
    working_days_only boolean NOT NULL DEFAULT false,
    digest_at         smallint CHECK (digest_at BETWEEN 0 AND 23),
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (quiet_from <> quiet_until)
);

ALTER TABLE notices
    ADD COLUMN held_until timestamptz,  -- when it may leave, as its recipient wishes; null: at once
    ADD COLUMN letter uuid,             -- the letter in which it left together with others; null: in its own
    ADD COLUMN read_at timestamptz,     -- in the desk
    ADD COLUMN read_by text;            -- the recipient, or whoever stands in

CREATE INDEX notices_inbox ON notices (recipient, id);
-- For the number beside the menu, which every page asks for.
CREATE INDEX notices_unread ON notices (recipient, id) WHERE read_at IS NULL AND state <> 'cancelled';
