"""The rules of Stegvis: pure functions and frozen values, no I/O, no clock."""
