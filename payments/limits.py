"""How much of each kind can be read, kept and typed. Pure.

The one table for all three: parsing.py takes nothing that the columns of models.py cannot hold, and
the fields of forms.py ask the database for nothing that it cannot compare. What is longer is
refused, or visibly shortened where it is but shown; nothing is cut in silence.
"""

from __future__ import annotations

from b24app.protocol.numbers import LONGEST_NUMBER

LARGEST_ID = 2**63 - 1
# Read of an item; of more payments the newest are read.
MOST_PAYMENTS, MOST_ROWS = 5_000, 1_000
# Phones and addresses of one contact or company.
MOST_MEANS = 30
# In one payment.
MOST_PRODUCTS = 500
# The sums of a portal are floats of PHP: 17 digits that count, and dust from adding them up.
WHOLE_DIGITS = 21
# With a sign and a decimal point.
AMOUNT_LENGTH = LONGEST_NUMBER
# Three letters by ISO 4217; portals invent longer ones.
CURRENCY_LENGTH = 20
NUMBER_LENGTH = 100
NAME_LENGTH = 100
TEXT_LENGTH = 1000
ADDRESS_LENGTH = 2000
ERROR_CODE_LENGTH = 100
ERROR_TEXT_LENGTH = 300
