-- Whether a notice whose arrival nobody knows is sent again by itself: where a programme says that missing is worse.
ALTER TABLE notices ADD COLUMN resend boolean NOT NULL DEFAULT false;
