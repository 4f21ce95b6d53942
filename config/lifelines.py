"""What ties the demo's processes to the one that started them, so that none is left behind when it is killed.

Linux tells a process when its parent dies (``prctl``); elsewhere only an orderly stop ends all of them.
"""

import ctypes
import multiprocessing
import os
import shutil
import signal
import sys

PR_SET_PDEATHSIG = 1
# Stands before a command: the command gets SIGTERM when whoever started it dies
PREFIX = "setpriv --pdeathsig TERM -- " if shutil.which("setpriv") else ""


def end_with_parent(with_signal: signal.Signals) -> None:
    """Send ``with_signal`` to this process when its parent dies, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, with_signal)


def end_forks_with_us() -> None:
    """From now on, whatever this process forks dies with it. Needs forks: they are what the hook runs in."""
    multiprocessing.set_start_method("fork", force=True)
    os.register_at_fork(after_in_child=lambda: end_with_parent(signal.SIGKILL))


def end_group(leader: int | None) -> None:
    """Kill what is left of the process group of ``leader``, which has ended."""
    if leader is None:
        return
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
