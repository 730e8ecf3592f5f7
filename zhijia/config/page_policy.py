"""The content policy that every page is sent with."""

from typing import Any

import csp.constants


def page_policy(*, behind_tls: bool) -> dict[str, Any]:
    """Return one policy for every page.

    No data: and no blob: picture, no inline code, no text that becomes mark-up unless
    frontend/modules/trusted.js has cleaned it.
    """
    return {
        "DIRECTIVES": {
            "default-src": [csp.constants.NONE],
            "script-src": [csp.constants.SELF],
            "style-src": [csp.constants.SELF],
            "img-src": [csp.constants.SELF],
            "font-src": [csp.constants.SELF],
            "connect-src": [csp.constants.SELF],
            "manifest-src": [csp.constants.SELF],
            "worker-src": [csp.constants.SELF],
            "form-action": [csp.constants.SELF],
            "base-uri": [csp.constants.NONE],
            "frame-ancestors": [csp.constants.NONE],
            "require-trusted-types-for": ["'script'"],
            "trusted-types": ["default", "zhijia"],
            "report-uri": "/browser-reports/",
            # Browsers that know the newer way send nothing at all by it over plain HTTP.
            **({"report-to": "csp"} if behind_tls else {}),
        }
    }
