"""One full installation from one command: web workers, background work, and who watches them.

``supervisor`` forks and restarts; ``web`` is the HTTP server; ``background`` runs queued tasks
and the timers of the manifests; ``prepare`` brings database and files up to date before.
"""
