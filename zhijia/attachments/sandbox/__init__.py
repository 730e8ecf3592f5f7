"""Hostile files are read in a process without network, without our files and with little memory.

Only points and plain text come back out: whatever a file does to the program that reads it, no byte of
the file itself crosses. ``runner`` starts the process, ``inside`` is the program in it.
"""
