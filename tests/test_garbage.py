"""The garbage collector is put off and put on again, whatever happens in between."""

from __future__ import annotations

import gc
from threading import Barrier, Thread

import pytest

from hub.garbage import put_off


def test_it_is_quiet_inside_and_as_before_when_the_block_ends() -> None:
    assert gc.isenabled()
    with put_off():
        assert not gc.isenabled()
        with put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_when_the_block_fails() -> None:
    with pytest.raises(ValueError), put_off():
        raise ValueError
    assert gc.isenabled()


def test_it_stays_off_when_somebody_else_had_put_it_off() -> None:
    gc.disable()
    try:
        with put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_waits_for_the_last_when_threads_overlap() -> None:
    both_in, first_out = Barrier(2, timeout=10), Barrier(2, timeout=10)
    seen: list[bool] = []

    def other() -> None:
        with put_off():
            both_in.wait()
            first_out.wait()
            seen.append(gc.isenabled())

    thread = Thread(target=other)
    thread.start()
    with put_off():
        both_in.wait()
    first_out.wait()
    thread.join()
    assert seen == [False]
    assert gc.isenabled()
