"""One file for each app: ``ROUTES`` maps the name of an address to what each actor meets there."""
