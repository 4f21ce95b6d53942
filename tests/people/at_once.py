"""Several processes that do the same thing at the same instant, on the test database."""

import multiprocessing
import os

from django.db import connections


def run(task, *, processes: int) -> list:
    """What ``task(number)`` returned in each of ``processes`` forked processes; an exception fails the test."""
    connections.close_all()  # a connection must not be shared with a child
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(processes), context.Queue()
    children = [
        context.Process(target=_child, args=(task, number, barrier, answers), daemon=True)
        for number in range(processes)
    ]
    for child in children:
        child.start()
    found = [answers.get(timeout=60) for _child_ in children]
    for child in children:
        child.join(timeout=60)
    failures = [answer for ok, answer in found if not ok]
    assert not failures, failures
    return [answer for _ok, answer in found]


def _child(task, number, barrier, answers):
    try:
        barrier.wait(timeout=30)
        answers.put((True, task(number)))
    except BaseException as error:
        answers.put((False, repr(error)))
    finally:
        connections.close_all()
        answers.close()
        answers.join_thread()
        os._exit(0)
