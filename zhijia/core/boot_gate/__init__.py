"""The boot gate: what must be right before the house is opened.

``findings`` is what a check says; ``gate`` asks all checks and refuses; the other files are the
checks. An app adds its own through the slot ``boot_checks`` of its manifest. There is no switch to
go past the gate: the way past is to cure the cause.
"""
