"""Files and folders that appear whole or not at all, and never cost what was there before."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file by way of a temporary one beside it.

    Raises:
        OSError: The file cannot be written; what was there is untouched.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _usual_mode(temporary, 0o666)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(
    path: str | os.PathLike[str], keep: Callable[[str], bool] | None = None
) -> Iterator[Path]:
    """A temporary folder that takes the place of `path` when the block ends without an error.

    Args:
        path: The folder to write or replace.
        keep: Names of entries of the present folder that are carried over; None for none.

    Raises:
        OSError: The folder cannot be written; what was there is untouched.
    """
    target = Path(path).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        if keep is not None and target.is_dir():
            _carry_over(target, temporary, keep)
        yield temporary
        _usual_mode(temporary, 0o777)
        _swap(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _carry_over(source: Path, folder: Path, keep: Callable[[str], bool]) -> None:
    for entry in source.iterdir():
        if not keep(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, folder / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, folder / entry.name, follow_symlinks=False)


def _swap(temporary: Path, target: Path) -> None:
    """Put `temporary` in the place of `target`; the old one is removed only afterwards."""
    if not target.exists():
        temporary.rename(target)
        return
    if _exchange(temporary, target):
        shutil.rmtree(temporary, ignore_errors=True)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    old = aside / target.name
    try:
        target.rename(old)
        try:
            temporary.rename(target)
        except BaseException:
            old.rename(target)
            raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in a single step of the file system; False where it has none (renameat2)."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EPERM):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _usual_mode(path: Path, mode: int) -> None:
    """The permissions a plain new file would have (temporary ones are private)."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(mode & ~umask)
