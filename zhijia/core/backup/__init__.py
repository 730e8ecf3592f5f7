"""Backup and restore: consistent while the house works, sealed so that this machine cannot read its own
backups, checked before it is trusted.

``stream`` seals; ``key_files`` holds both halves of the backup key; ``repository`` is a folder of
backups; ``frozen`` is one state of all tables; ``taking`` makes a backup; ``restoring`` goes the way
back, ``landing`` knows where to.
"""
