"""The people and things that the table of permissions speaks of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, Tree

ACTORS = ("stranger", "worker", "dispatcher", "steward", "elsewhere")
"""No account; a worker; the county's dispatcher and steward of posts; a dispatcher of another county."""
Expected = int | str


class World:
    """A small province. Apps that need more things add them lazily in their own table file."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.people = {
            "worker": UserFactory(),
            "dispatcher": self._officer(Role.DISPATCHER, self.tree.county),
            "steward": self._officer(Role.STEWARD, self.tree.county),
            "elsewhere": self._officer(Role.DISPATCHER, self.tree.other_county),
        }
        self.clients: dict[str, Client] = {}
        self.post = PostFactory(body=self.tree.county, role=Role.HANDLER)

    def _officer(self, role: Role, body: Any) -> Any:
        officer = PostFactory(body=body, role=role).user
        officer.refresh_from_db()
        return officer

    def client(self, actor: str) -> Client:
        """Return a browser in which the actor has signed in, officers with their second factor."""
        if actor not in self.clients:
            fresh = Client()
            self.clients[actor] = sign_in(fresh, self.people[actor]) if actor in self.people else fresh
        return self.clients[actor]


@dataclass(frozen=True)
class Route:
    """What each actor meets at one address: a status, ``sign in`` or ``elsewhere`` (redirected)."""

    expected: dict[str, Expected]
    method: str = "get"
    arguments: Callable[[World], dict[str, Any]] | None = field(default=None, compare=False)

    def meet(self, name: str, world: World, actor: str) -> Expected:
        """Let the actor call the address; return what he meets."""
        address = reverse(name, kwargs=self.arguments(world) if self.arguments else None)
        return outcome(getattr(world.client(actor), self.method)(address))


def outcome(response: HttpResponse) -> Expected:
    """Return the status, or where a redirect leads."""
    if response.status_code in (301, 302, 303):
        return "sign in" if "/accounts/login/" in response["Location"] else "elsewhere"
    return response.status_code


def everybody(status: Expected, **more: Any) -> Route:
    """An address where all actors meet the same."""
    return Route(dict.fromkeys(ACTORS, status), **more)


def signed_in(status: Expected = 200, **more: Any) -> Route:
    """An address for whoever has signed in."""
    return Route({**dict.fromkeys(ACTORS, status), "stranger": "sign in"}, **more)


def only(*actors: str, status: Expected = 200, others: Expected = 403, **more: Any) -> Route:
    """An address for the named actors; other signed-in people meet ``others``, strangers the sign-in."""
    expected = {actor: status if actor in actors else others for actor in ACTORS}
    return Route({**expected, "stranger": "sign in"}, **more)
