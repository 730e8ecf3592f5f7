"""Faults below the program: a library between it and the kernel, and processes that may die at any call."""
