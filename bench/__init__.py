"""The figures of the budgets, measured and printed."""
