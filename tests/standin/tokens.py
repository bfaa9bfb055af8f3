"""The life of a token pair: issued, found, rotated, expired, revoked, and codes for a pair."""

from __future__ import annotations

from tests.standin.world import Portal, Token, User, World

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 180 * 86400
CODE_SECONDS = 30


def issue_pair(world: World, portal: Portal, user: User) -> Token:
    """A fresh pair of this user (b24restdocs: settings/oauth/auto-renewal.md)."""
    now = world.now()
    token = Token(
        portal=portal,
        user_id=user.id,
        access=world.new_secret(),
        refresh=world.new_secret(),
        expires_at=now + ACCESS_SECONDS,
        refresh_expires_at=now + REFRESH_SECONDS,
    )
    world.access[token.access] = token
    world.refresh[token.refresh] = token
    portal.tokens.append(token)
    return token


def rotate_pair(world: World, old: Token) -> Token:
    """The pair that replaces `old`; what becomes of the old one is the portal's switch."""
    switches = old.portal.switches
    old.is_refresh_dead = switches.refresh_mode == "rotate"
    if switches.single_use_pair:
        old.is_revoked = True
    return issue_pair(world, old.portal, old.portal.users[old.user_id])


def is_expired(world: World, token: Token) -> bool:
    return token.expires_at <= world.now()


def expire_access(world: World, portal: Portal, *, user_id: int | None) -> int:
    """Let the access tokens of one user, or of all, be too old; answers how many."""
    chosen = _of(portal, user_id)
    for token in chosen:
        token.expires_at = min(token.expires_at, world.now() - 1)
    return len(chosen)


def revoke_pairs(portal: Portal, *, user_id: int | None, refresh: bool, access: bool = True) -> int:
    """Let access tokens, and the refresh tokens too if asked, be unknown; answers how many."""
    chosen = _of(portal, user_id)
    for token in chosen:
        token.is_revoked = token.is_revoked or access
        token.is_refresh_dead = token.is_refresh_dead or refresh
    return len(chosen)


def issue_code(world: World, portal: Portal, user: User) -> str:
    """A code that can be exchanged once, for 30 seconds (b24restdocs: settings/oauth/index.md)."""
    code = world.new_secret()
    world.codes[code] = (issue_pair(world, portal, user), world.now() + CODE_SECONDS)
    return code


def expire_codes(world: World, portal: Portal) -> int:
    """Let the portal's codes be older than they live; answers how many."""
    mine = [code for code, (token, _) in world.codes.items() if token.portal is portal]
    for code in mine:
        world.codes[code] = (world.codes[code][0], world.now() - 1)
    return len(mine)


def _of(portal: Portal, user_id: int | None) -> list[Token]:
    return [each for each in portal.tokens if user_id in (None, each.user_id)]
