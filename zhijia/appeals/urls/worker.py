"""What a worker, or anybody, opens."""

urlpatterns: list = []
