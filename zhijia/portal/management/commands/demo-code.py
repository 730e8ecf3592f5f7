"""``zhijia demo-code``: the authenticator code of a demo officer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.accounts.models import User
from zhijia.accounts.second_factor import current_code
from zhijia.core import clock
from zhijia.core.errors import DomainError
from zhijia.unions.demo import OFFICERS


class Command(BaseCommand):
    help = "Print the six-digit code that a demo officer needs to sign in (no other account)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", help="mobile number of a demo officer, e.g. 13800000002")

    def handle(self, **options: Any) -> None:
        try:
            user = User.objects.get_by_phone(options["phone"])
        except (DomainError, User.DoesNotExist):
            raise CommandError("there is no demo officer with this number", returncode=2) from None
        if user.phone not in {f"+86{officer.phone}" for officer in OFFICERS}:
            raise CommandError("this works for demo officers only", returncode=2)
        self.stdout.write(current_code(user, clock.now()))
