"""Proof before publishing: what is wrong with a definition, said before anybody is referred to it. Pure."""
