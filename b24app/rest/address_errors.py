"""Errors of the tree about where things are: the portal's address, the server that it signs in at.

Nobody but the OAuth server's word, or a browser's, leads to them: no code of a portal does.
"""

from __future__ import annotations

from b24app.rest.errors import Refused
from b24app.rest.remedy import Audience


class AddressUnusable(Refused, kind="address_unusable", audience=Audience.ADMINISTRATOR):
    """What the OAuth server calls the portal's address can be no portal's. `code` is its host."""


class SignInServerUnknown(Refused, kind="sign_in_server_unknown", audience=Audience.OPERATOR):
    """The portal signs in at an OAuth server that is not on our list: `code`, never asked."""
