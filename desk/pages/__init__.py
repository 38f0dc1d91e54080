"""Pages by room; each module's ``pages`` are its routes."""
