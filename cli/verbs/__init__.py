"""Everyday verbs, flat under `stegvis`."""
