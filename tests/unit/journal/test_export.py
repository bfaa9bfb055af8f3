"""Files of the journal are few: one a portal, and some of all portals together."""

from __future__ import annotations

from contextlib import ExitStack, closing

import pytest

from b24app.rest.errors import PortalBusy
from payments.journal.export import begin_file


def test_a_portal_has_one_file_at_a_time_and_all_together_have_three() -> None:
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(closing(begin_file(number))) for number in (1, 2, 3)]
        for number in (1, 4):
            with pytest.raises(PortalBusy):
                begin_file(number)
        first.close()
        with pytest.raises(PortalBusy):
            begin_file(2)
        with closing(begin_file(4)):
            pass
        with closing(begin_file(1)) as again:
            # A second end of the first file does not end this one.
            first.close()
            with pytest.raises(PortalBusy):
                begin_file(1)
            assert not again.closed
