"""What a worker, or anybody, opens."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("<uuid:public_id>/", RedirectView.as_view(url="/"), name="detail")]
