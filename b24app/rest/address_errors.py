"""Errors of the tree about where things are: the portal's address, the server that it signs in at.

Nobody but the OAuth server's word, or a browser's, leads to them: no code of a portal does.
"""

from __future__ import annotations

from b24app.rest.errors import Audience, Refused


class AddressUnusable(Refused):
    """What the OAuth server calls the portal's address can be no portal's. `code` is its host."""

    audience = Audience.ADMINISTRATOR


class SignInServerUnknown(Refused):
    """The portal signs in at an OAuth server that is not on our list: `code`, never asked."""

    audience = Audience.OPERATOR
