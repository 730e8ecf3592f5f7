"""The law of assistance as data: rule sets in YAML, read, checked and run.

Plain Python that knows no framework. ``library.load_library`` reads rule sets; each brings a plan of steps
in whole numbers, which ``evaluating.Evaluator`` runs for one household with its trace and ``tables`` for a
whole population on DuckDB, PostgreSQL or Spark. ``explaining`` puts a trace into words.
"""
