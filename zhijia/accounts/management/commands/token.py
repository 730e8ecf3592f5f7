"""``zhijia token``: keys for programs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.accounts import selectors, services
from zhijia.accounts.enums import Scope
from zhijia.accounts.models import User
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import DomainError

NOTHING_DONE = 2


class Command(BaseCommand):
    """Make, list and revoke API tokens."""

    help = "make, list and revoke API tokens (token create|list|revoke)\nExit status: 0 done, 2 nothing done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three subcommands."""
        what = parser.add_subparsers(dest="what", required=True, metavar="create|list|revoke")
        create = what.add_parser("create", help="make a token; prints it once")
        create.add_argument("--user", required=True, metavar="PHONE", help="mobile number of the owner")
        create.add_argument(
            "--scope", action="append", required=True, choices=Scope.values, help="may be given several times"
        )
        create.add_argument("--days", type=int, default=90, help="days until it ends (1 to 3650, default 90)")
        create.add_argument("--name", default="command line", help="what it is for")
        listing = what.add_parser("list", help="list the tokens of an account")
        listing.add_argument("--user", required=True, metavar="PHONE", help="mobile number of the owner")
        revoke = what.add_parser("revoke", help="end a token at once")
        revoke.add_argument("id", type=int, help="number from the list")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the subcommand."""
        try:
            getattr(self, f"_{what}")(options)
        except DomainError as error:
            raise CommandError(str(error), returncode=NOTHING_DONE) from None
        except User.DoesNotExist:
            raise CommandError("There is no account with this number.", returncode=NOTHING_DONE) from None

    def _create(self, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= 3650:
            raise CommandError("--days must be between 1 and 3650.", returncode=NOTHING_DONE)
        token, secret = services.create_token(
            user=selectors.find_user(options["user"]),
            name=options["name"],
            scopes=options["scope"],
            days=options["days"],
            by=SYSTEM,
            now=clock.now(),
        )
        self.stdout.write(secret)
        self.stderr.write(
            f"token {token.pk}, valid until {token.expires_at:%Y-%m-%d %H:%M} UTC; it is shown this once only"
        )

    def _list(self, options: dict[str, Any]) -> None:
        for token in selectors.tokens_of(selectors.find_user(options["user"])):
            state = "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
            used = f"used {token.last_used_on}" if token.last_used_on else "never used"
            self.stdout.write(
                f"{token.pk}  {token.hint}…  {state}  {used}  {','.join(token.scopes)}  {token.name}"
            )

    def _revoke(self, options: dict[str, Any]) -> None:
        services.revoke_token(token_id=options["id"], by=SYSTEM, now=clock.now())
        self.stdout.write(f"token {options['id']} no longer works")
