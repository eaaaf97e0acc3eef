"""The cyclic collector stays out of worker threads."""

import gc
import threading

from tests.session.support import ENDLESS, make_session


def test_cycles_are_freed_in_the_windows_thread_while_training_runs(qtbot, qapp):
    freed_in: list[threading.Thread] = []

    class Cycle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            freed_in.append(threading.current_thread())

    session = make_session(ENDLESS)
    session.start()
    Cycle()
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: bool(freed_in), timeout=5000)
    assert set(freed_in) == {threading.main_thread()}
    session.close()
    assert gc.isenabled()


def test_the_collector_is_on_again_when_training_rests(qtbot, qapp):
    session = make_session()
    session.start()
    qtbot.waitUntil(lambda: not session.phase.is_running and gc.isenabled(), timeout=5000)
    session.close()
