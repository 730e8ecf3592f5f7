"""The proofs: one program for each promise, each able to fail. ``python -m trust [P11 …] [--long]``.

A proof is a module ``pNN_name.py`` with ``PROMISE``, ``TITLE`` and ``prove(*, long)``, which returns
figures (with an integer ``n``: how much was tried) or raises ``Broken``.
"""


class Broken(Exception):
    """The promise does not hold; the text says what was seen."""


class NotHere(Exception):
    """The proof cannot be run on this machine; the text says what is missing."""
