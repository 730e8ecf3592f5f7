"""What keeps a backup or a restore from being done."""


class BackupRefused(Exception):
    """Nothing was done; the text names cause and cure, for the operator."""


class BackupDamaged(Exception):
    """A backup does not hold what it says it holds; the text names the place."""
