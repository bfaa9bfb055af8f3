"""Whether the app in this container answers; exits with 1 if not."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

PORT = 8000


def main() -> None:
    """Ask as the proxy does, because Django answers to the names in ALLOWED_HOSTS alone."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=4)
    try:
        host = urlsplit(os.environ.get("APP_URL", "")).netloc
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except OSError as error:
        sys.exit(f"no answer: {error}")
    sys.exit(None if status == 200 else f"HTTP {status}")


if __name__ == "__main__":
    main()
