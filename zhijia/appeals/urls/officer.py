"""What an officer opens."""

urlpatterns: list = []
