-- A hand-over may be of some pathways that were chosen; null: of everything that somebody answers for.
ALTER TABLE hand_overs ADD COLUMN chosen text[];
