"""Which files below some folders are opened, and which folders listed, while something runs: Linux's inotify tells."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType

IN_OPEN, IN_ISDIR, IN_Q_OVERFLOW = 0x20, 0x40000000, 0x4000
HEADER = struct.calcsize("iIII")


class Opened:
    """Collects what is opened within a `with` block, by whatever process. Folders made within it are not watched.

    Example:
        with Opened(staging, warehouse) as opened: ...
        len(opened.files)
    """

    def __init__(self, *folders: Path) -> None:
        self.files: set[Path] = set()
        """The files that were opened."""
        self.listed: Counter[Path] = Counter()
        """How often each folder was opened, which is what lists it."""
        self.lost = False
        """Whether more files were opened at once than the kernel's queue holds (fs.inotify.max_queued_events)."""
        self._folders = folders
        self._watched: dict[int, Path] = {}

    def __enter__(self) -> Opened:
        """Begin to watch.

        Raises:
            OSError: the kernel gives no (more) watches; see fs.inotify.max_user_watches.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._inotify < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        # all folders first: to look for them opens them
        for base in [base for folder in self._folders for base, _, _ in os.walk(folder)]:
            watch = libc.inotify_add_watch(self._inotify, os.fsencode(base), IN_OPEN)
            if watch < 0:
                raise OSError(ctypes.get_errno(), f"inotify_add_watch {base}")
            self._watched[watch] = Path(base)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()
        os.close(self._inotify)

    def _listen(self) -> None:
        while True:
            ready, _, _ = select.select([self._inotify], [], [], 0.1)
            if ready:
                self._take(os.read(self._inotify, 1 << 20))
            elif self._stop.is_set():
                return

    def _take(self, events: bytes) -> None:
        place = 0
        while place < len(events):
            watch, mask, _, length = struct.unpack_from("iIII", events, place)
            name = events[place + HEADER : place + HEADER + length].rstrip(b"\0")
            place += HEADER + length
            if mask & IN_Q_OVERFLOW:
                self.lost = True
            elif name and mask & IN_ISDIR:
                self.listed[self._watched[watch] / os.fsdecode(name)] += 1
            elif name:
                self.files.add(self._watched[watch] / os.fsdecode(name))
