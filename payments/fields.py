"""Columns for what a portal says: exact, and never a reason to close a page.

SQLite keeps 15 digits of a decimal and fails at reading a longer one; as text both databases keep
every digit. A value that is none, whoever wrote it, is unknown and logged.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from payments.parsing import amount, digits

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    _Text = models.CharField[Decimal | str | int | None, Decimal | None]
else:
    _Text = models.CharField


class AmountField(_Text):
    """An amount of any size that parsing.py takes; its `max_length` is limits.AMOUNT_LENGTH."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        if value is None:
            return None
        try:
            return amount(value)
        except ValueError:
            log.warning("%s.%s cannot be read: it is unknown", self.model.__name__, self.name)
            return None

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else amount(value)

    def get_prep_value(self, value: Any) -> str | None:
        """As text; raises ValueError for what would not be read again."""
        return None if value is None else digits(amount(value))
