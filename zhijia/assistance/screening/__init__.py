"""Screening of whole populations: read, check, decide on an engine, write."""
