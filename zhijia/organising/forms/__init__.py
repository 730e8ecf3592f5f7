"""Shapes of what is typed about processes of union bodies."""
