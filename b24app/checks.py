"""System checks: what would go wrong later, said at the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from b24app.spec import BY_NAME, app_spec
from b24app.web.assets import PACKAGE_FILES


@register
def check_spec(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the app brings by name must be there before somebody needs it."""
    problems: list[CheckMessage] = []
    for kind in BY_NAME:
        try:
            app_spec().load(kind)
        except ImportError as error:
            problems.append(Error(f"{kind} of the app: {error}", id="b24app.E003"))
    return problems


@register(Tags.security, deploy=True)
def check_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A portal opens https pages alone (b24restdocs: settings/app-installation)."""
    if settings.IS_HTTPS or settings.B24_STANDIN:
        return []
    hint = "Set APP_URL to the public address, for example https://pay.example.com."
    return [Error("APP_URL is not https: no portal can open the app.", hint=hint, id="b24app.E001")]


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Our own address must be one that Django answers to."""
    host = settings.APP_URL.split("://")[1].split(":")[0]
    allowed = settings.ALLOWED_HOSTS
    if "*" in allowed:
        return [Warning("ALLOWED_HOSTS is open to every host.", id="b24app.W001")]
    if host in allowed or any(host.endswith(h) for h in allowed if h.startswith(".")):
        return []
    hint = f"Add {host} to ALLOWED_HOSTS."
    return [Error("ALLOWED_HOSTS lacks the host of APP_URL.", hint=hint, id="b24app.E002")]


@register(Tags.staticfiles)
def check_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The browser files come from npm packages."""
    missing = [
        name
        for name, path in PACKAGE_FILES.items()
        if not (settings.STATIC_ROOT / name).is_file()
        and not (settings.BASE_DIR / "node_modules" / path).is_file()
    ]
    if not missing:
        return []
    hint = "Run `make setup`."
    return [Warning(f"{', '.join(missing)} is not installed.", hint=hint, id="b24app.W002")]
