"""Whose a connection is: the command line of the process at its local port."""

from __future__ import annotations

import contextlib
from pathlib import Path


def command_at(port: int | None) -> str:
    """What the process was started with; a question mark where it is gone or not ours to see."""
    wanted = {f"socket:[{inode}]" for inode in _inodes_at(port or 0)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(link.readlink()) in wanted:
                command = (link.parents[1] / "cmdline").read_bytes()
                return f"{link.parts[2]} {command.decode(errors='replace')}".replace("\0", " ")
    return "?"


def _inodes_at(port: int) -> list[str]:
    """Of the sockets of this machine that have the port at their own end (proc_pid_net(5))."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [line[9] for line in lines if line[1].endswith(f":{port:04X}") and line[9] != "0"]
