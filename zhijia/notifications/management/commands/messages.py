"""``zhijia messages``: how outside messages fare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.core import clock
from zhijia.core.errors import DomainError
from zhijia.notifications import selectors, services

SOME_REFUSED, NOTHING_DONE = 1, 2


class Command(BaseCommand):
    """Show how many outside messages wait, left, failed; send failed ones again."""

    help = (
        "show how outside messages fare, send failed ones again\n"
        "Shows no addresses and no texts. Exit status: 0 nothing failed, 1 some failed, 2 nothing done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--failed", action="store_true", help="list the messages that were given up")
        parser.add_argument("--retry", type=int, metavar="ID", help="send one of them again")
        parser.add_argument("--limit", type=int, default=100, help="lines of the list (default 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if options["retry"] is not None:
            self._retry(options["retry"])
            return
        counts = selectors.delivery_counts()
        self.stdout.write("  ".join(f"{state} {number}" for state, number in counts.items()))
        if options["failed"]:
            for row in selectors.failed_deliveries()[: options["limit"]]:
                when = f"{row.created_at:%Y-%m-%d %H:%M}"
                self.stdout.write(
                    f"{row.pk}  {row.channel}  {when}  {row.attempts} attempts  {row.last_error}"
                )
        if counts["failed"]:
            raise SystemExit(SOME_REFUSED)

    def _retry(self, delivery_id: int) -> None:
        try:
            services.retry_failed(delivery_id=delivery_id, now=clock.now())
        except DomainError:
            raise CommandError("No given-up message has this number.", returncode=NOTHING_DONE) from None
        self.stdout.write(f"message {delivery_id} is on its way again")
