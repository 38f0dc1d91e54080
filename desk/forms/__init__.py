"""Forms: what is asked, what was typed, what was wrong with it."""
