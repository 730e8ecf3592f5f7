"""Rules of the house that no ready-made tool checks, read off the repository itself."""
