"""A portal's limit of requests, as it is set at the stand-in and told to the app."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    """Takes `burst` requests at once and `drain` a second after that."""

    drain: int
    burst: int

    @property
    def switch(self) -> dict[str, int]:
        """What the stand-in's switch `bucket` is set to."""
        return {"drain": self.drain, "burst": self.burst}

    @property
    def at_once(self) -> int:
        """What the app sends at once: a tenth less, for the unevenness of the way."""
        return self.burst - self.burst // 10

    @property
    def environment(self) -> dict[str, str]:
        """The app's settings for portals with such a limit."""
        return {
            "B24_CALLS_PER_SECOND": str(self.drain),
            "B24_CALLS_AT_ONCE": str(self.at_once),
        }

    def seconds_for(self, calls: int) -> float:
        """How long it needs for so many calls that come at once."""
        return max(0.0, (calls - self.burst) / self.drain)
