"""How the sign-in library talks to our accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are found by mobile number only."""

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """Return the number and whether it is confirmed."""
        return (user.phone, user.phone_verified) if user.phone_index else None


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: one-time passwords, passkeys, recovery codes."""
