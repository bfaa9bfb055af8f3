"""Settings of the whole project, from the environment as docs/configuration.md lists it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from b24app import env
from b24app.languages import ISO_CODES
from b24app.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG")
B24_STANDIN = env.flag("B24_STANDIN")
B24_ALLOW_INSECURE_PORTALS = env.flag("B24_ALLOW_INSECURE_PORTALS")
if B24_ALLOW_INSECURE_PORTALS and not (DEBUG or B24_STANDIN):
    env.stop("B24_ALLOW_INSECURE_PORTALS", "is for DEBUG=1, or a test run with B24_STANDIN=1")


def _development(value: str) -> str | None:
    """A default that exists with DEBUG=1 alone."""
    return value if DEBUG else None


SECRET_KEY = env.text("SECRET_KEY", default=_development("development-only-not-a-secret"))
ALLOWED_HOSTS = env.texts(
    "ALLOWED_HOSTS", default=_development("localhost,127.0.0.1,app.localhost")
)
APP_URL = env.base_url("APP_URL", env.text("APP_URL", default="http://localhost:8000"))
IS_HTTPS = APP_URL.startswith("https://")

B24_CLIENT_ID = env.text("B24_CLIENT_ID", default=_development("local.development"))
B24_CLIENT_SECRET = env.text("B24_CLIENT_SECRET", default=_development("development-only"))
B24_OAUTH_SERVERS = [
    env.base_url("B24_OAUTH_SERVERS", address)
    for address in env.texts(
        "B24_OAUTH_SERVERS", default="https://oauth.bitrix.info,https://oauth.bitrix24.tech"
    )
]
B24_REQUEST_LIMIT_SECONDS = env.number("B24_REQUEST_LIMIT_SECONDS", default=60)
B24_TOKEN_REQUESTS_BY_GET = env.flag("B24_TOKEN_REQUESTS_BY_GET")
if B24_ALLOW_INSECURE_PORTALS:
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
elif not all(server.startswith("https://") for server in B24_OAUTH_SERVERS):
    env.stop("B24_OAUTH_SERVERS", "has an address that is not https")
VAULT = env.vault("TOKEN_KEYS", default=_development("dev:" + "A" * 43 + "="))
PLACEMENTS = "payments.placements.PLACEMENTS"

INSTALLED_APPS = [
    "b24app.apps.B24AppConfig",
    "payments.apps.PaymentsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "b24app.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # With random bytes in each answer, so that its length tells nothing of the bearer in it.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "b24app.urls"
WSGI_APPLICATION = "b24app.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_DATABASE: dict[str, Any] = env.database(
    "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
)
if _DATABASE["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing, readers never wait for them.
    _DATABASE["CONN_MAX_AGE"] = None
    _DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # No transaction is open while a portal is asked, so few connections serve many threads.
    _DATABASE["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
DATABASES = {"default": _DATABASE}
# Background work: in the process that asks, or by workers (`manage.py db_worker`).
_TASK_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
TASKS = {"default": {"BACKEND": env.choice("TASKS", _TASK_BACKENDS, default="immediate")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in sorted(ISO_CODES.values())]
LOCALE_PATHS = [BASE_DIR / "b24app" / "locale", BASE_DIR / "payments" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "b24app.assets.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# A card may have some hundred product rows, each a field (payments/forms.py).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
X_FRAME_OPTIONS = "DENY"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "b24app.connect.adapters.ClosedAccountAdapter"
SOCIALACCOUNT_ADAPTER = "b24app.connect.adapters.ClosedSocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

LOGGING = logging_config(secrets=[SECRET_KEY, B24_CLIENT_SECRET])
