"""Reads of appeals: page objects, lists, and what may be done now."""
