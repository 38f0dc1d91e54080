"""Moving people who are inside to another version: a mapping, one Migrated event with its inverse."""
