"""Addresses: each app says in its manifest where its own are mounted."""

from django.urls import include, path

from zhijia.config.api import api
from zhijia.config.health import healthz
from zhijia.core.manifest import manifests

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("accounts/", include("zhijia.accounts.sign_in_urls")),
    *(path(m.prefix, include(m.urls)) for m in manifests() if m.urls),
]
handler400 = "zhijia.core.views.bad_request"
handler403 = "zhijia.core.views.forbidden"
handler404 = "zhijia.core.views.not_found"
handler500 = "zhijia.core.views.server_error"
