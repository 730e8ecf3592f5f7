"""Starting, stopping and checking a whole installation; the tools of the repository."""
