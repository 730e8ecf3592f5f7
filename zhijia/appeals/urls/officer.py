"""What an officer opens."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("work/<uuid:public_id>/", RedirectView.as_view(url="/"), name="work")]
