"""The programme format: how a definition is written, read, validated and compiled."""
