"""Many variants on many processes; whatever ends one of them, what is planned stays."""

from __future__ import annotations

import ctypes
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from optimizer.errors import FreighterError
from optimizer.whatif.variants import Planned, Variant, is_planned, plan_variant, save

MOST_TRIES: Final = 3
"""So often a variant is given out whose process died."""
_POLL_S: Final = 0.2

_stopping: Any = None
"""In a worker: the shared byte that asks it to hand over what it has."""


class WorkersError(FreighterError):
    """Workers cannot be reached, or die again and again."""


@dataclass(frozen=True)
class Event:
    """Something happened to a variant: ``kept`` from an earlier run, ``planned``, ``failed``,
    ``retried`` after its process died, or ``given up``.
    """

    kind: str
    variant: str
    done: int
    of: int
    error: str = ""


class Pool(Protocol):
    """Takes work and gives futures; a future of a process that died raises."""

    def submit(self, variant: Variant) -> Future[Planned]:
        """Have a variant planned."""

    def renew(self) -> None:
        """Take new processes where some have died."""

    def stop(self) -> None:
        """Ask workers to end with what they have."""


def sweep(
    variants: Sequence[Variant],
    folder: Path,
    pool: Pool,
    *,
    on_event: Callable[[Event], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Plan variants, each saved as it arrives; those that a folder holds already are kept.

    Args:
        variants: What to plan; names are different.
        folder: Where their folders go.
        pool: Who plans them.
        on_event: Told of everything that happens.
        should_stop: Asked often; when it says so, nothing more is begun and workers have to end.

    Returns:
        Whether all are done.

    Raises:
        WorkersError: A variant's process died `MOST_TRIES` times.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = [variant for variant in variants if not is_planned(folder, variant)]
    done = 0

    def tell(kind: str, variant: Variant, error: str = "") -> None:
        on_event(Event(kind, variant.name, done, len(variants), error))

    for variant in variants:
        if variant not in left:
            done += 1
            tell("kept", variant)
    tries = dict.fromkeys((variant.name for variant in left), 1)
    running = {pool.submit(variant): variant for variant in left}
    while running:
        if should_stop():
            pool.stop()
            for future in running:
                future.cancel()
            return False
        finished, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        died: list[Variant] = []
        for future in finished:
            variant = running.pop(future)
            try:
                planned = future.result()
            except (BrokenProcessPool, OSError, EOFError):
                died.append(variant)
                continue
            save(folder, variant, planned)
            done += 1
            tell("failed" if planned.error else "planned", variant, planned.error)
        if died:
            pool.renew()
        for variant in died:
            tries[variant.name] += 1
            if tries[variant.name] > MOST_TRIES:
                tell("given up", variant)
                raise WorkersError(f"{variant.name}: its process died {MOST_TRIES} times")
            tell("retried", variant)
            running[pool.submit(variant)] = variant
    return True


@contextmanager
def local_pool(workers: int) -> Iterator[Pool]:
    """Processes on this machine."""
    pool = _LocalPool(workers)
    try:
        yield pool
    finally:
        pool.close()


class _LocalPool:
    """A process pool that is built again when a process has died."""

    def __init__(self, workers: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        # no event: a process that dies as it asks one would keep its lock for ever
        self._stopping = self._context.RawValue(ctypes.c_bool, False)
        self._workers = workers
        self._lock = threading.Lock()
        self._pool = self._made()

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, self._context, initializer=_begin, initargs=(self._stopping,)
        )

    def submit(self, variant: Variant) -> Future[Planned]:
        """Have a variant planned."""
        with self._lock:
            try:
                return self._pool.submit(_work, variant)
            except BrokenProcessPool:
                failed: Future[Planned] = Future()
                failed.set_exception(BrokenProcessPool())
                return failed

    def renew(self) -> None:
        """A pool with a dead process takes no more work: build another."""
        with self._lock:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = self._made()

    def stop(self) -> None:
        """Ask workers to end with what they have."""
        self._stopping.value = True

    def close(self) -> None:
        """End the processes."""
        self.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _begin(stopping: Any) -> None:
    """In a new worker: Ctrl-C is for the coordinator, which asks by a shared byte."""
    import signal

    global _stopping
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _stopping = stopping


def _work(variant: Variant) -> Planned:
    return plan_variant(variant, lambda: bool(_stopping.value))


@contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """A Dask cluster (extra ``distributed``).

    Args:
        address: Of its scheduler, ``tcp://host:port``.

    Raises:
        WorkersError: Dask is not installed, or nobody answers there.
    """
    try:
        import distributed
    except ImportError:
        raise WorkersError(
            "a cluster needs the extra: pip install 'freighter[distributed]'"
        ) from None
    connect: Any = distributed.Client  # it has no types
    try:
        client = connect(address, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkersError(f"{address}: no scheduler answers ({error})") from None
    pool = _ClusterPool(client)
    try:
        yield pool
    finally:
        pool.stop()
        client.close()


class _ClusterPool:
    """Work for a cluster; Dask itself gives out again what a dead worker had."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._futures: list[Any] = []

    def submit(self, variant: Variant) -> Future[Planned]:
        """Have a variant planned."""
        remote = self._client.submit(plan_variant, variant, pure=False, retries=MOST_TRIES)
        self._futures.append(remote)
        local: Future[Planned] = Future()
        threading.Thread(target=_fetch, args=(remote, local), daemon=True).start()
        return local

    def renew(self) -> None:
        """The cluster's own affair; give it time."""
        time.sleep(_POLL_S)

    def stop(self) -> None:
        """Take back what has not been planned."""
        self._client.cancel(self._futures)


def _fetch(remote: Any, local: Future[Planned]) -> None:
    """Hand the outcome of a cluster's future over to one of ours."""
    try:
        outcome = remote.result()
    except Exception as error:
        if not local.cancelled():
            local.set_exception(OSError(str(error)))
    else:
        if not local.cancelled():
            local.set_result(outcome)
