"""What views of signed-in people share."""

from django.http import HttpRequest

from zhijia.accounts.models import User
from zhijia.core.errors import NotAllowed


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; a stranger is refused, should a view have let him so far."""
    if not isinstance(request.user, User):
        raise NotAllowed
    return request.user
