-- Since when a batch of a move is under way: two at once would move more than was asked, and count it wrongly.
ALTER TABLE plans ADD COLUMN busy_since timestamptz;
