"""Servers for trying, teaching and testing, from the programs that wheels carry.

Belongs here: starting, watching and stopping PostgreSQL and Temporal's servers on
this machine's loopback address. Nothing here knows the rest of Stegvis, and
nothing here is meant for production.
"""
