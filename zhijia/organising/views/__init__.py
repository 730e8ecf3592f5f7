"""Pages of the processes about union bodies."""
