"""Reads: what is held about a person, his choices and requests, the notice, the officers' queue."""
