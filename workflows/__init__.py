"""The durable shell: one workflow for each pathway. No rule is decided here, nothing is read or written here."""
