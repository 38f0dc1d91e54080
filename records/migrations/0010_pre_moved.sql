-- A migration to another version may give open work another key: a notice that was promised before finds it by this one.

ALTER TABLE notices ADD COLUMN moved_to text;
