-- How often each of some commands is in the record, by its batches and by its events.
SELECT b.command_id, count(*) AS batches,
    (SELECT count(*) FROM events e WHERE e.pathway = ANY (array_agg(b.pathway)) AND e.command_id = b.command_id
        AND e.index = 0) AS beginnings
FROM batches b WHERE b.command_id = ANY ($1::text[]) GROUP BY b.command_id
