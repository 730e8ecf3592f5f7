"""Statements that count members over the tree of bodies, for PostgreSQL and SQLite."""
