"""The desk: the staff's web pages, on the same commands and the same read model as every other way in."""
