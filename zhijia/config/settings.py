"""Settings, read from the environment by typed readers that fail loudly.

Every variable is listed in ``docs/reference/settings.md``.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from zhijia.config.databases import database
from zhijia.config.page_policy import page_policy

env = Env()
BASE_DIR = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parents[1]

DATA = Path(env.str("ZHIJIA_DATA", str(BASE_DIR / "var"))).resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
ZHIJIA_VERSION = version("zhijia")
ZHIJIA_KEY_FILE = env.str("ZHIJIA_KEY_FILE", str(DATA / "keys" / "master.key"))
ZHIJIA_ATTACHMENTS = env.str("ZHIJIA_ATTACHMENTS", str(DATA / "attachments"))
ZHIJIA_ROSTERS = env.str("ZHIJIA_ROSTERS", str(DATA / "rosters"))
ZHIJIA_JOURNAL = env.str("ZHIJIA_JOURNAL", str(DATA / "journal"))
ZHIJIA_JOURNAL_SECOND = env.str("ZHIJIA_JOURNAL_SECOND", "")
ZHIJIA_BACKUP_KEY = env.str("ZHIJIA_BACKUP_KEY", "")
"""File of the public half of the backup key; beside the other keys when empty."""
ZHIJIA_MINIMUM_FREE = env.int("ZHIJIA_MINIMUM_FREE", 256 * 1024 * 1024)
"""Bytes that must be free on the disks of the data before the house is opened."""

ZHIJIA_OPERATOR = env.str("ZHIJIA_OPERATOR", "")
"""Name of the union that answers for the data, on the privacy notice (PIPL 17)."""
ZHIJIA_OPERATOR_CONTACT = env.str("ZHIJIA_OPERATOR_CONTACT", "")

DEBUG = env.bool("ZHIJIA_DEBUG", False)
DEVELOPMENT = env.bool("ZHIJIA_DEVELOPMENT", DEBUG)
"""Shows the component gallery and the outbox of text messages."""
SECRET_KEY = env.str("ZHIJIA_SECRET_KEY", "")
if not SECRET_KEY:
    secret = DATA / "keys" / "session.key"
    if not secret.exists():
        from secrets import token_urlsafe

        secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(token_urlsafe(48))
    SECRET_KEY = secret.read_text()
ALLOWED_HOSTS = env.list("ZHIJIA_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("ZHIJIA_ORIGINS", [])
BEHIND_TLS = env.bool("ZHIJIA_TLS", False)
"""True behind a reverse proxy that speaks TLS: cookies become ``Secure``, HSTS is sent."""

# Apps: one folder with a manifest joins the house. Order is the layer stack, lowest first.
HOUSE = [
    "core", "audit", "regulations", "accounts", "unions",
    "attachments", "notifications", "vault", "statistics", "portal", "assurance", "privacy", "recovery",
    "membership", "organising", "funds",
    "appeals", "assistance", "rights", "labour_relations", "democracy", "consultations",
    "merit", "learning", "library", "welfare", "news", "cadres", "journeys",
]  # fmt: skip
HOUSE_APPS = [f"zhijia.{name}" for name in HOUSE if (PACKAGE / name / "apps.py").exists()]

INSTALLED_APPS = [
    *HOUSE_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_cotton",
    "ninja",
    "csp",
    "rules",
    "django_tasks",
    "django_tasks_db",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zhijia.attachments.middleware.FilesHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page on a 2G line must not need a proxy to be small. Masked CSRF tokens and the random
    # padding of this middleware answer the BREACH attack.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhijia.unions.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "zhijia.accounts.middleware.SessionLifeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "zhijia.core.middleware.DomainErrorMiddleware",
    "zhijia.core.middleware.PrivacyMiddleware",
    "zhijia.vault.middleware.KeyringMiddleware",
    "zhijia.accounts.middleware.SecondFactorMiddleware",
    "zhijia.accounts.middleware.FreshProofMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "zhijia.config.urls"
WSGI_APPLICATION = "zhijia.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "zhijia.core.templatetags.core",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhijia.core.context_processors.page",
            ],
        },
    }
]
FORM_RENDERER = "zhijia.core.forms.Renderer"


# Database -----------------------------------------------------------------------------------

DATABASES = {"default": database(env.str("DATABASE_URL", f"sqlite:///{DATA / 'zhijia.sqlite3'}"), DATA)}
_backup_database = env.str("ZHIJIA_BACKUP_DATABASE", "")
ZHIJIA_BACKUP_DATABASE = database(_backup_database, DATA) if _backup_database else None
"""Who reads all tables for a backup (PostgreSQL); the same as above when not set."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Limits and one-time codes are counted across processes, so they live in the database.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # What may differ between processes for a few seconds: counts on tabs.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
}


# People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"

ACCOUNT_ADAPTER = "zhijia.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "zhijia.accounts.adapters.SecondFactorAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
# Changing the number on the way would tell whether the first one already had an account.
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_FORMS = {
    "login": "zhijia.accounts.forms.SignInForm",
    "signup": "zhijia.accounts.forms.SignUpForm",
    "request_login_code": "zhijia.accounts.forms.RequestCodeForm",
    "confirm_login_code": "zhijia.accounts.forms.ConfirmCodeForm",
    "verify_phone": "zhijia.accounts.forms.ConfirmPhoneForm",
    "change_phone": "zhijia.accounts.forms.NewPhoneForm",
    "change_password": "zhijia.accounts.forms.PasswordForm",
    "reauthenticate": "zhijia.accounts.forms.ConfirmPasswordForm",
}
MFA_FORMS = {
    "authenticate": "zhijia.accounts.forms.SecondFactorForm",
    "reauthenticate": "zhijia.accounts.forms.ConfirmSecondFactorForm",
    "activate_totp": "zhijia.accounts.forms.SetUpTotpForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The address for notices is ours alone; nobody signs in or recovers an account through it.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    # Never by address alone: a factory of 5,000 shares one. Failed sign-ins: see accounts.slow_down.
    "login": "600/m/ip",
    "login_failed": None,
    "signup": "200/m/ip",
    "request_login_code": "10/h/key",
    "verify_phone": "10/h/key",
    "change_password": None,
    "change_phone": "10/h/user",
    "reauthenticate": "10/m/user",
    "reset_password": "200/m/ip,10/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# A printed code opens a worker's account without a password: as long as a guess must never succeed.
MFA_RECOVERY_CODE_DIGITS = 16
MFA_TOTP_ISSUER = "Zhijia"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
USERSESSIONS_TRACK_ACTIVITY = False
ZHIJIA_CODE_SENDER = "zhijia.notifications.services.send_code"
"""Carries one-time codes; named here because accounts stand below notifications."""
ZHIJIA_KEY_OPENER = "zhijia.vault.session.open_at_sign_in"
"""``opener(request, user, password)``, called when somebody has proved the password of an account."""
ZHIJIA_TOKEN_SEALER = "zhijia.vault.session.give_to_token"  # noqa: S105
"""``sealer(user, token, secret)``, called when a person with an open key makes a token for a program."""
ZHIJIA_TOKEN_OPENER = "zhijia.vault.session.open_by_token"  # noqa: S105
"""``opener(user, token, secret)``, called when a program shows its token."""
ZHIJIA_KEY_CHANGER = "zhijia.vault.session.follow_password"
"""``changer(request, user, old, new)``, called in the transaction that changes a password."""
ZHIJIA_API_PER_MINUTE = env.int("ZHIJIA_API_PER_MINUTE", 600)

SESSION_COOKIE_NAME = "__Host-session" if BEHIND_TLS else "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SERIALIZER = "zhijia.accounts.sealed_sessions.SealedSerializer"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
# Other hosts learn no address of ours, not even our name. "no-referrer" would say no more to them, but
# would make browsers send "Origin: null" with every form, which the check against forged forms must
# refuse; "strict-origin" would tell every other host where the reader comes from.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zhijia.core.views.csrf_failed"

CONTENT_SECURITY_POLICY = page_policy(behind_tls=BEHIND_TLS)

# Uploads: streamed to disk, counted while they come in (attachments.handlers).
FILE_UPLOAD_HANDLERS = [
    "zhijia.attachments.handlers.SizeCapHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = DATA / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True, mode=0o700)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
ZHIJIA_FILE_CAP = env.int("ZHIJIA_FILE_CAP", 20 * 1024 * 1024)
ZHIJIA_CASE_CAP = env.int("ZHIJIA_CASE_CAP", 100 * 1024 * 1024)
ZHIJIA_ROSTER_CAP = env.int("ZHIJIA_ROSTER_CAP", 64 * 1024 * 1024)
ZHIJIA_CLAMD = env.str("ZHIJIA_CLAMD", "")
"""Where ClamAV listens: ``unix:/path`` or ``tcp:host:port``; empty: files are kept as unscanned."""
ZHIJIA_SANDBOX = env.str("ZHIJIA_SANDBOX", "auto", validate=validate.OneOf(("auto", "bubblewrap", "limits")))
ZHIJIA_FILES_HOST = env.str("ZHIJIA_FILES_HOST", "").lower()
"""Own host name for files that people handed in, with its port if it has one; empty: the same host."""
if ZHIJIA_FILES_HOST:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, ZHIJIA_FILES_HOST.rpartition(":")[0] or ZHIJIA_FILES_HOST]


# Words --------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Messages, background work -------------------------------------------------------------------

EMAIL_BACKEND = env.str("ZHIJIA_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("ZHIJIA_SMTP_HOST", "")
EMAIL_PORT = env.int("ZHIJIA_SMTP_PORT", 25)
EMAIL_HOST_USER = env.str("ZHIJIA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.str("ZHIJIA_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.bool("ZHIJIA_SMTP_STARTTLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("ZHIJIA_FROM_EMAIL", "zhijia@localhost")
ZHIJIA_OUTSIDE_HOSTS: list[str] = env.list("ZHIJIA_OUTSIDE_HOSTS", [])
"""Hosts to which messages may leave; a changed address alone sends no numbers to a stranger."""
ZHIJIA_SMS_GATEWAY = env.str("ZHIJIA_SMS_GATEWAY", "zhijia.notifications.gateways.OutboxGateway")
ZHIJIA_SMS_URL = env.str("ZHIJIA_SMS_URL", "")
ZHIJIA_SMS_TOKEN = env.str("ZHIJIA_SMS_TOKEN", "")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "messages"]}}


def _witnesses(addresses: list[str]) -> list[str]:
    for address in addresses:
        parts = urlsplit(address)
        by_path = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
        by_mail = parts.scheme == "mailto" and "@" in parts.path
        if not (by_path or by_mail or (parts.scheme == "https" and parts.hostname)):
            raise ValueError(f"ZHIJIA_WITNESSES: {address!r} begins with none of file:///, mailto:, https://")
    return addresses


ZHIJIA_WITNESSES = _witnesses(env.list("ZHIJIA_WITNESSES", []))
"""Who is shown the signed heads of the audit each hour."""

# Static files, logs ---------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG and not env.bool("ZHIJIA_TESTING", False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Names with a hash never change: those of the static server, and the bundler's chunks.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+(\.[0-9a-f]{12}\..+|/build/chunks/.+-[A-Z0-9]{8}\.js)$"
# Fonts and pictures are compressed already; maps are fetched by nobody but developers.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "tgz", "bz2", "tbz", "xz", "br"),
    *("woff", "woff2", "map"),
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
from zhijia.config.logs import LOGGING  # noqa: E402, F401

# Left to the operator, whose whole domain they concern: HSTS for subdomains (W005) and preloading
# (W021), and sending http to https (W008), which is the reverse proxy's work.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
