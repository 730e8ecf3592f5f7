"""``zhijia user``: accounts made and closed by an operator."""

import getpass
import sys
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.accounts import second_factor, selectors, services
from zhijia.accounts.models import User
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import DomainError

NOTHING_DONE = 2


class Command(BaseCommand):
    """Make and close accounts."""

    help = (
        "make, close and reopen accounts (user create|close|reopen|end-sessions|code)\n"
        "Exit status: 0 done, 2 nothing done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        what = parser.add_subparsers(
            dest="what", required=True, metavar="create|close|reopen|end-sessions|code"
        )
        create = what.add_parser("create", help="make an account; asks for the password")
        create.add_argument("phone", help="mobile number, typed in any way")
        create.add_argument("--name", default="", help="how to address the person")
        create.add_argument("--tenant", type=int, default=0, help="province code, e.g. 13")
        create.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input instead of asking",
        )
        create.add_argument("--no-password", action="store_true", help="sign-in by one-time code only")
        for name, text in (
            ("close", "end all sessions and tokens; nobody can sign in any more"),
            ("reopen", "let the person sign in again"),
            ("end-sessions", "end every session at once"),
            ("code", "print the authenticator code of this half minute (trial installations only)"),
        ):
            what.add_parser(name, help=text).add_argument("phone", help="mobile number, typed in any way")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Run the subcommand."""
        try:
            getattr(self, f"_{what.replace('-', '_')}")(options)
        except DomainError as error:
            raise CommandError(str(error), returncode=NOTHING_DONE) from None
        except User.DoesNotExist:
            raise CommandError("There is no account with this number.", returncode=NOTHING_DONE) from None

    def _create(self, options: dict[str, Any]) -> None:
        user = services.create_user(
            phone=options["phone"],
            password=self._password(options),
            name=options["name"],
            tenant=options["tenant"],
            by=SYSTEM,
            now=clock.now(),
        )
        self.stdout.write(f"account {user.pk} made for {user.masked_phone}")

    def _password(self, options: dict[str, Any]) -> str | None:
        if options["no_password"]:
            return None
        asked = (
            sys.stdin.readline().rstrip("\n") if options["password_stdin"] else getpass.getpass("Password: ")
        )
        try:
            validate_password(asked)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=NOTHING_DONE) from None
        return asked

    def _close(self, options: dict[str, Any]) -> None:
        services.close_account(user=selectors.find_user(options["phone"]), by=SYSTEM, now=clock.now())
        self.stdout.write("closed")

    def _reopen(self, options: dict[str, Any]) -> None:
        services.reopen_account(user=selectors.find_user(options["phone"]), by=SYSTEM, now=clock.now())
        self.stdout.write("open again")

    def _end_sessions(self, options: dict[str, Any]) -> None:
        services.end_all_sessions(user=selectors.find_user(options["phone"]), by=SYSTEM, now=clock.now())
        self.stdout.write("all sessions ended")

    def _code(self, options: dict[str, Any]) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError(
                "Only a trial installation (ZHIJIA_DEVELOPMENT) does this.", returncode=NOTHING_DONE
            )
        try:
            code = second_factor.current_code(selectors.find_user(options["phone"]), clock.now())
        except Authenticator.DoesNotExist:
            raise CommandError("This account has no authenticator app.", returncode=NOTHING_DONE) from None
        self.stdout.write(code)
