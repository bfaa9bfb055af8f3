"""What the app is told where nothing is real: obvious fakes, for the tests and the checks."""

from __future__ import annotations

FAKE_ENVIRONMENT = {
    "SECRET_KEY": "fake-secret-key-of-the-tests-that-is-long-enough-for-django",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "app.localhost,localhost,127.0.0.1,testserver",
    "APP_URL": "http://app.localhost:8000",
    "B24_CLIENT_ID": "local.standin.app",
    "B24_CLIENT_SECRET": "fake-client-secret",
    "B24_OAUTH_SERVERS": "http://oauth.localhost:9100",
    "TOKEN_KEYS": "fake:b2J2aW91c2x5LWZha2Uta2V5LWZvci10aGUtdGVzdHM=",
    "B24_ALLOW_INSECURE_PORTALS": "1",
    "B24_STANDIN": "1",
    "B24_CLOUD_HOSTS": r"[a-z0-9-]+\.localhost(:[0-9]+)?",
    # Portals of the stand-in have no limits until a test gives them some.
    "B24_CALLS_PER_SECOND": "1000",
    "B24_CALLS_AT_ONCE": "10000",
}
