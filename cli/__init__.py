"""The `stegvis` command: what people type, what they read. No rule is decided here and no query is written here."""
