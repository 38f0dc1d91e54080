"""The demonstration: three acts on real servers, then the promises checked by code that shares nothing with ours.

Nothing here decides anything: it is a client of the service, like the command line, with invented people.
"""
