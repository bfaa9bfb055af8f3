"""Files of the journal are few: one a portal, and some of all portals together."""

from __future__ import annotations

import resource
import threading
from contextlib import ExitStack, closing

import pytest

from b24app.rest.errors import ServerBusy
from payments.journal import export
from payments.journal.export import begin_file


def test_a_portal_has_one_file_at_a_time_and_all_together_have_three() -> None:
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(closing(begin_file(number))) for number in (1, 2, 3)]
        for number in (1, 4):
            with pytest.raises(ServerBusy):
                begin_file(number)
        first.close()
        with pytest.raises(ServerBusy):
            begin_file(2)
        with closing(begin_file(4)):
            pass
        with closing(begin_file(1)) as again:
            # A second end of the first file does not end this one.
            first.close()
            with pytest.raises(ServerBusy):
                begin_file(1)
            assert not again.closed


def test_a_full_disk_keeps_no_place() -> None:
    file = begin_file(1)
    file.write(b"x" * 300_000)
    file.flush()
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most[1]))
    try:
        file.write(b"what the disk has no room for")
        with pytest.raises(OSError, match="large"):
            file.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    begin_file(1).close()


def test_a_forgotten_file_may_end_while_another_begins() -> None:
    """Python ends what nobody knows any more in whatever thread it finds, also in this one."""
    file = begin_file(1)

    def end() -> None:
        with export._lock:
            file.close()

    thread = threading.Thread(target=end, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
