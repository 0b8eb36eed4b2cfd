"""Pieces of work given to workers of any kind, and done although workers die.

In this process, in processes of our own, or by any `concurrent.futures.Executor`. A piece that is lost with its worker
is tried once more; in processes of our own a third time alone, so that one that kills its worker takes no other with
it. What is lost then is reported, not raised: the rest of the ensemble is not lost with it.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from multiprocessing.util import Finalize
from typing import TypeVar

from dualpower.run import RunError
from dualpower.scenario import ScenarioError

T = TypeVar("T")
R = TypeVar("R")

Lost = list[tuple[T, str]]
"""Pieces that were not done, each with the reason."""

_ENDLESS = 117
"""With what a worker ends whose script would start workers in turn."""

REFUSED = (RunError, ScenarioError)
"""What would befall every other piece too, and every second try: raised at once."""


def do_all(
    work: Callable[[T], R],
    pieces: Sequence[T],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    done: Callable[[R], None] = lambda _: None,
) -> Lost[T]:
    """Do every piece, calling ``done`` in this thread with each result.

    Parameters
    ----------
    work
        A function of a module, for workers elsewhere must find it.
    pieces
        What it is called with.
    executor
        Any executor; it is left open.
    jobs
        Without an executor: processes of our own; 1 does everything here.
    done
        Called with each result as it comes.

    Returns
    -------
    What could not be done, with reasons.

    Raises
    ------
    RunError, ScenarioError
        If it is no executor, or one that would hang (`check_executor`); if processes of our own cannot begin, as the
        script that asks for them asks for them anew in each; and as raised by ``work``: what was not begun is then
        dropped.
    """
    check_executor(executor)
    if executor is None and jobs == 1:
        for piece in pieces:
            done(work(piece))
        return []
    if executor is not None:
        ways = [_lent(executor), _lent(executor)]
    else:
        _check_script()
        ways = [_own(min(jobs, len(pieces))), _own(min(jobs, len(pieces)))]
    left: Lost[T] = [(piece, "") for piece in pieces]
    for way in ways:
        if left:
            with way as pool:
                left = _round(work, [piece for piece, _ in left], pool, done)
    return [item for each in left for item in _alone(work, each, done)] if executor is None else left


def check_executor(executor: object) -> None:
    """Refuse what is no executor, and one of processes that are copies of this one: a copy of XLA's threads hangs.

    Raises
    ------
    RunError
        Says what to use.
    """
    if executor is None:
        return
    if not callable(getattr(executor, "submit", None)):
        raise RunError(f"executor: {executor!r} is no concurrent.futures.Executor; jobs=2 uses two processes without")
    context = getattr(executor, "_mp_context", None)
    if isinstance(executor, ProcessPoolExecutor) and context is not None and context.get_start_method() == "fork":
        raise RunError(
            "executor: its processes are copies of this one (fork), in which the laws would hang; make it as "
            'ProcessPoolExecutor(2, multiprocessing.get_context("spawn")), or give jobs=2 in its place'
        )


def _check_script() -> None:
    """Refuse a script that processes of our own cannot read, and end one of them that would start others in turn."""
    if getattr(sys.modules["__main__"], "__file__", None) == "<stdin>":
        raise RunError("jobs: processes cannot read a script that comes from standard input; keep it in a file")
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(_ENDLESS)  # a worker that still reads its parent's script: what it raised, nobody could make sense of


def _alone(work: Callable[[T], R], item: tuple[T, str], done: Callable[[R], None]) -> Lost[T]:
    with _own(1) as pool:
        return _round(work, [item[0]], pool, done)


def _round(work: Callable[[T], R], pieces: Sequence[T], pool: Executor, done: Callable[[R], None]) -> Lost[T]:
    """Let a pool do some pieces; returns what was lost."""
    running: dict[Future[R], T] = {}
    lost: Lost[T] = []
    for piece in pieces:
        try:
            running[pool.submit(work, piece)] = piece
        except RuntimeError as error:  # the pool is broken or shut down
            lost.append((piece, _reason(error)))
    try:
        for future in as_completed(running):
            try:
                result = future.result()
            except REFUSED:
                raise
            except Exception as error:
                lost.append((running[future], _reason(error)))
                continue
            done(result)
    except BaseException:
        for future in running:
            future.cancel()
        raise
    return lost


def _reason(error: BaseException) -> str:
    if type(error).__name__ in ("BrokenProcessPool", "BrokenExecutor", "KilledWorker"):
        return "its worker died"
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"


@contextlib.contextmanager
def _lent(executor: Executor) -> Iterator[Executor]:
    yield executor


@contextlib.contextmanager
def _own(jobs: int) -> Iterator[Executor]:
    """Processes of our own, each started afresh: a copy of a process in which XLA runs would hang.

    After Ctrl-C nobody waits for what they are at: it would be thrown away, and a file half written does no harm.
    """
    jobs = max(jobs, 1)
    each = str(max((os.cpu_count() or 1) // jobs, 1))
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_settle, initargs=(each,))
    processes = pool._processes  # which the pool forgets when it is shut down
    try:
        yield pool
    except KeyboardInterrupt:
        for process in [*processes.values()]:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    if any(process.exitcode == _ENDLESS for process in processes.values()):
        raise RunError(
            "jobs: each process reads the script from its top, where it asks for processes in turn; let what the "
            'script does stand under `if __name__ == "__main__":`'
        )


def _settle(cores: str) -> None:
    """Leave Ctrl-C to the parent, do not outlive it, and let XLA use a worker's share of the cores.

    With a thread for each core in each worker, threads wait for one another: a third of the processor's time. Python
    searches less often for unreachable objects: what hundreds of modules make while they are imported stays.
    """
    gc.set_threshold(100_000, *gc.get_threshold()[1:])
    os.environ.setdefault("NPROC", cores)  # read by XLA when it first starts
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Finalize(None, _leave, exitpriority=-1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _leave() -> None:
    """End at once when all work is done: putting the memory of a year in order first takes half a second."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
