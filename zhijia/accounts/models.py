"""People who can sign in, and the keys they give to programs.

``accounts_user`` is also the nation-wide look-up table of telephone numbers: a number belongs
to one account wherever its owner works, so its unique constraint stands without the tenant.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.enums import TextSize
from zhijia.core.identifiers import clean_mobile, mask_mobile
from zhijia.core.sealed_fields import KeptTextField
from zhijia.core.sealing import blind_index, seal, unseal


def phone_index(phone: str) -> str:
    """Return the look-up key of a number in E.164 form."""
    return blind_index(phone, purpose="phone")


class UserManager(BaseUserManager["User"]):
    """Finds and makes accounts by telephone number."""

    def create_user(
        self, *, phone: str, password: str | None = None, name: str = "", **fields: Any
    ) -> "User":
        """Make an account; ``phone`` may be typed in any way; raise ``BadMobile``.

        Whoever calls this vouches for the number; people who sign up confirm it themselves.
        """
        fields.setdefault("phone_verified", True)
        user = self.model(name=name, **fields)
        user.set_phone(clean_mobile(phone))
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_phone(self, phone: str) -> "User":
        """Return the account of a number typed in any way; raise ``BadMobile``, ``User.DoesNotExist``."""
        return self.get(phone_index=phone_index(clean_mobile(phone)))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Officers and workers are the same kind; posts make the difference.

    Nothing here says where somebody works: an account exists without any employer.
    """

    tenant = models.PositiveSmallIntegerField(_("tenant"), default=0)
    name = KeptTextField(_("form of address"), max_length=60, blank=True)
    phone_sealed = models.BinaryField(_("mobile number, sealed"))
    phone_index = models.CharField(_("look-up key of the mobile number"), max_length=32)
    phone_verified = models.BooleanField(_("mobile number confirmed"), default=False)
    email = KeptTextField(_("e-mail for notices"), blank=True)
    notice_by_sms = models.BooleanField(_("notices by text message"), default=True)
    notice_by_email = models.BooleanField(_("notices by e-mail"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize, default=TextSize.NORMAL)
    high_contrast = models.BooleanField(_("high contrast"), default=False)
    is_officer = models.BooleanField(_("holds a post in a union body"), default=False)
    """Kept by ``unions.services`` when a post begins or ends."""
    is_active = models.BooleanField(_("may sign in"), default=True)
    password_from_code = models.BooleanField(_("password set with a one-time code only"), default=False)
    """Whoever holds the number today could have set it: it opens no more than a text message does."""
    vouched_until = models.DateTimeField(_("number vouched for until"), null=True, blank=True)
    """Two officers saw who holds the number: until then a password set with a one-time code is a full one."""
    session_epoch = models.PositiveIntegerField(_("session epoch"), default=0)
    """Raising it ends every session at the next request."""
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    is_staff: ClassVar[bool] = False
    """No account opens the framework's own administration pages."""

    USERNAME_FIELD = "phone_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["phone_index"], name="one_account_per_phone"),
            models.CheckConstraint(
                condition=models.Q(text_size__in=TextSize.values), name="account_text_size_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.masked_phone or str(_("erased account"))

    @property
    def is_erased(self) -> bool:
        """Say whether nothing but a bare number is left."""
        return not bytes(self.phone_sealed)

    @property
    def phone_or_blank(self) -> str:
        """Return the mobile number in E.164 form; empty for an erased account."""
        return "" if self.is_erased else self.phone

    @property
    def phone(self) -> str:
        """Return the mobile number in E.164 form."""
        return unseal(self.phone_sealed, purpose="phone", place=self._phone_place()).decode()

    @property
    def masked_phone(self) -> str:
        """Return the mobile number with its middle hidden."""
        return "" if self.is_erased else mask_mobile(self.phone)

    def set_phone(self, phone: str) -> None:
        """Take over a number in E.164 form (``clean_mobile``); the caller saves."""
        self.phone_index = phone_index(phone)
        self.phone_sealed = seal(phone.encode(), purpose="phone", place=self._phone_place())

    def _phone_place(self) -> str:
        return f"accounts_user|phone|{self.phone_index}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password (as the framework does) and to the session epoch."""
        framework: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]  # not in the stubs
        return framework[:56] + f"{self.session_epoch:08d}"


class ApiToken(models.Model):
    """A key that a person gives to a program. Only its keyed hash is kept."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="api_tokens", db_index=False, verbose_name=_("account")
    )
    name = models.CharField(_("what it is for"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    hash = models.CharField(_("keyed hash"), max_length=64)
    hint = models.CharField(_("first characters"), max_length=12)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("ends at"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(fields=["hash"], name="one_token_per_hash"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="tokens_of_a_user")]


class FailedSignIns(models.Model):
    """How often a sign-in failed in a row for one number on one device, and until when to wait."""

    key = models.CharField(_("keyed hash of number and device"), max_length=64)
    failures = models.PositiveIntegerField(_("failures in a row"))
    wait_until = models.DateTimeField(_("wait until"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="one_count_per_phone_and_device")]
        indexes = [models.Index(fields=["wait_until"], name="failed_sign_ins_age")]
