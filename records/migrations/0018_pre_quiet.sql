-- A list of those without contact asks of each pathway, in the list's own order, whether its watch is late: the pathway
-- comes first. By the day alone the same is found in steps_due.
DROP INDEX steps_watch;
CREATE INDEX steps_watch ON steps (pathway, due) WHERE status = 'open' AND path = 'watch';
