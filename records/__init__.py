"""PostgreSQL: the event log and what is read from it, the registers of people and staff, keys, notices, programmes."""
