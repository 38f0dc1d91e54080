"""Telling a definition in plain words: every option of the format, in Swedish and English. No I/O."""
