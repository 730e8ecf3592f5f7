"""The officer's side: queue, case, entry at the counter, settings, publishing."""
