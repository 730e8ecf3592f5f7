"""Who may open what: every address with every kind of person."""
