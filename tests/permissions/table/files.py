"""The files' own host: on the host of the pages its addresses are not there, for nobody."""

from tests.permissions.world import everybody

ROUTES = {"attachments:fetch": everybody(404, arguments=lambda world: {"token": "x"})}
