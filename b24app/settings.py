"""Settings of the whole project, from the environment as docs/configuration.md lists it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from b24app import env
from b24app.protocol.languages import ISO_CODES
from b24app.telemetry.logs import logging_config

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
# Keys that were: what they signed stays valid, nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.texts("SECRET_KEY_FALLBACKS", default="")
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
# What a portal takes (b24restdocs: limits.md), less a few at once for the unevenness of the way.
B24_CALLS_PER_SECOND = env.number("B24_CALLS_PER_SECOND", default=2)
B24_CALLS_AT_ONCE = env.number("B24_CALLS_AT_ONCE", default=45)
B24_CLOUD_HOSTS = env.text(
    "B24_CLOUD_HOSTS", default=r"[a-z0-9-]+\.bitrix24\.[a-z]{2,6}(\.[a-z]{2})?"
)
B24_OPERATING_SECONDS = env.number("B24_OPERATING_SECONDS", default=480)
B24_TOKEN_REQUESTS_BY_GET = env.flag("B24_TOKEN_REQUESTS_BY_GET")
if B24_ALLOW_INSECURE_PORTALS:
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
elif not all(server.startswith("https://") for server in B24_OAUTH_SERVERS):
    env.stop("B24_OAUTH_SERVERS", "has an address that is not https")
VAULT = env.vault("TOKEN_KEYS", default=_development("dev:" + "A" * 43 + "="))
OPERATOR_NAME = env.text("OPERATOR_NAME", default="")
OPERATOR_EMAIL = env.text("OPERATOR_EMAIL", default="")
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")
# The app that runs in these rooms, by name: they do not import it.
APP_SPEC = "payments.spec.SPEC"

INSTALLED_APPS = [
    "b24app.apps.B24AppConfig",
    "b24app.connect.apps.ConnectConfig",
    "payments.apps.PaymentsConfig",
    # Only what b24app/console/admin.py registers can be seen there, never a library's tables.
    "django.contrib.admin.apps.SimpleAdminConfig",
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
    "b24app.web.handover.hand_over",
    "b24app.telemetry.middleware.request_id",
    "b24app.telemetry.middleware.measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pads each answer at random, so that its length tells nothing of the bearer in it.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the next, which reads forms.
    "b24app.web.forms.AnnouncedLength",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "b24app.web.error_pages.wrong_method",
]
# What is left of these for views that stand in a frame (b24app/fast/lane.py).
FRAME_MIDDLEWARE = [
    "b24app.web.handover.hand_over",
    "b24app.telemetry.middleware.request_id",
    "b24app.telemetry.middleware.measure",
    "django.middleware.security.SecurityMiddleware",
    "b24app.fast.frames.answer",
    "b24app.fast.frames.own_host",
    "b24app.web.forms.AnnouncedLength",
    "b24app.web.error_pages.wrong_method",
]
ROOT_URLCONF = "b24app.urls"
WSGI_APPLICATION = "b24app.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    # What a frame shows, and what is built like it; all else is in Django's own language.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "payments.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "b24app.spec.in_templates",
            ],
        },
    },
]


def _beside(database: str) -> str:
    """The erasures of a SQLite file; of another database, a file beside manage.py."""
    is_file = _DATABASE["ENGINE"].endswith("sqlite") and database != ":memory:"
    return f"{database}.erasures" if is_file else str(BASE_DIR / "erasures.jsonl")


_DATABASE: dict[str, Any] = env.database(
    "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
)
if _DATABASE["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing, readers never wait for them. Each thread has a connection of
    # its own, hence the small cache of pages.
    _DATABASE["ENGINE"] = "b24app.db.sqlite"
    _DATABASE["CONN_MAX_AGE"] = None
    _DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA cache_size=-256;",
    }
else:
    # No transaction is open while a portal is asked, so few connections serve many threads. Where
    # nobody is given one for so many seconds, the database is away (b24app/db/postgresql).
    _DATABASE["ENGINE"] = "b24app.db.postgresql"
    # What a connection is asked again and again the server parses and plans once.
    _DATABASE["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 1.5},
        "prepare_threshold": 3,
        "server_side_binding": True,
    }
DATABASES = {"default": _DATABASE}
# What was erased is kept outside the database, for when a backup of it is put back.
ERASURES_FILE = Path(env.text("ERASURES_FILE", default=_beside(_DATABASE["NAME"])))
# Background work: in threads of the process that asks, or by workers (`manage.py db_worker`).
# What strangers set off is for the threads always, so that it fills no queue.
_THREADS = "b24app.background.ThreadBackend"
_TASK_BACKENDS = {"immediate": _THREADS, "database": "django_tasks_db.DatabaseBackend"}
TASKS = {
    "default": {"BACKEND": env.choice("TASKS", _TASK_BACKENDS, default="immediate")},
    "threads": {"BACKEND": _THREADS},
}
# allauth's limits and its memory of used codes must hold across processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
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
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "b24app.web.assets.PackageFinder",
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
# More than any form of ours has; a longer one is not read (b24app/web/forms.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Nobody sends us a file.
DATA_UPLOAD_MAX_NUMBER_FILES = 0
# Without script each product row is a field; so many are read at most (payments/limits.py).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A working day, for operators; a portal's administrator has LIFE_SECONDS (connect/sessions.py).
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_AGE = None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "b24app.connect.views.form_refused"

# An operator's account sees every portal: `createsuperuser` and the change of a password ask these.
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "b24app.connect.adapters.ClosedAccountAdapter"
SOCIALACCOUNT_ADAPTER = "b24app.connect.adapters.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/console/"
MFA_ADAPTER = "b24app.console.mfa.SealingMFAAdapter"
MFA_TOTP_ISSUER = "Deal Payments"
# allauth counts failed sign-ins by address: behind the proxy, by the one that the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_HTTPS else 0

LOGGING = logging_config(
    secrets=[SECRET_KEY, *SECRET_KEY_FALLBACKS, B24_CLIENT_SECRET, METRICS_TOKEN]
)
