"""What can go wrong with the audit."""


class AuditIsFinal(RuntimeError):
    """Code tried to change or delete an entry: a programming error, never shown to people."""
