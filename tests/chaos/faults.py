"""What each kind of fault does to the world, and how it is undone."""

import random
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final, assert_never

from platspuls.embedded.postgres import DATABASE
from store.database import Database, connect
from tests.chaos.plan import Fault, Kind
from tests.chaos.spy import Spy
from tests.chaos.virtual.card import flip
from tests.chaos.walking import USUAL_RATE
from tests.chaos.world import Part, World

_BACKUP: Final = "chaos_backup"
_PIECE: Final = b"\0" * 65_536
_UNDERWAY_S: Final = 0.5
"""How long a receipt may be under way to the spy after its sender was killed."""


def begin(world: World, spy: Spy, fault: Fault) -> None:
    """Do what the fault says."""
    match fault.kind:
        case Kind.KILL | Kind.GONE | Kind.RESTART | Kind.PAUSE:
            for name in fault.targets:
                _stop(world.parts[name], fault.kind)
        case Kind.CUT:
            for name in fault.targets:
                world.lines[name].is_down = fault.lasting_s > 0
                world.lines[name].cut()
        case Kind.FULL:
            _fill(world)
        case Kind.CLOCK:
            _move_clocks(world, fault.targets, int(fault.size))
        case Kind.SLOW:
            world.let_come(world.shape.live_counter, fault.size)
        case Kind.IMAGE | Kind.FLIP:
            _damage_card(world, fault)
        case Kind.CONNECTIONS | Kind.BACKUP | Kind.RESTORE:
            _do_to_database(world, spy, fault)
        case _:
            assert_never(fault.kind)


def undo(world: World, fault: Fault) -> None:
    """Undo it, where it is one that passes."""
    match fault.kind:
        case Kind.SLOW:
            world.let_come(world.shape.live_counter, USUAL_RATE)
        case Kind.KILL | Kind.RESTART | Kind.PAUSE | Kind.IMAGE | Kind.FLIP:
            for name in fault.targets:
                _go_on(world.parts[name])
        case Kind.CUT:
            for name in fault.targets:
                world.lines[name].is_down = False
        case Kind.FULL:
            assert world.small_disk
            (world.small_disk / "filler").unlink()
        case Kind.CLOCK:
            _move_clocks(world, fault.targets, 0)
        case Kind.GONE | Kind.CONNECTIONS | Kind.BACKUP | Kind.RESTORE:
            pass
        case _:
            assert_never(fault.kind)


def _stop(part: Part, kind: Kind) -> None:
    if kind is Kind.PAUSE:
        part.pause()
    elif kind is Kind.RESTART:
        part.end()
    else:
        part.kill()


def _go_on(part: Part) -> None:
    if part.paused:
        part.resume()
    else:
        part.start()


def _damage_card(world: World, fault: Fault) -> None:
    """Kill the counter whose people are known, and put an image of its card back, or flip bits on it."""
    name = world.shape.live_counter
    world.parts[name].kill()
    world.journal.follow()
    waiting = world.journal.unsettled()
    if fault.kind is Kind.IMAGE and world.images:
        world.put_back(int(fault.size))
        world.journal.destroyed |= waiting - world.journal.unsettled()
        world.journal.read_again()
    elif fault.kind is Kind.FLIP:
        flip(world.outboxes[name], int(fault.size), random.Random(fault.at_s))


def _move_clocks(world: World, targets: Sequence[str], shift_s: int) -> None:
    for name in targets:
        world.move_clock(name.removeprefix("clock of "), shift_s)


def _do_to_database(world: World, spy: Spy, fault: Fault) -> None:
    if fault.kind is Kind.BACKUP:
        _copy(world, DATABASE, _BACKUP)
    elif fault.kind is Kind.RESTORE:
        _restore(world, spy, fault.targets)
    else:
        with closing(_administrator(world)) as database:
            _end_sessions(database, DATABASE)


def _fill(world: World) -> None:
    assert world.small_disk
    with (world.small_disk / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(_PIECE):
                pass
        except OSError:
            return


def _administrator(world: World) -> Database:
    return connect(world.cluster.url("postgres"), application="chaos", autocommit=True)


def _end_sessions(database: Database, name: str) -> None:
    database.execute("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s", (name,))


def _copy(world: World, source: str, target: str) -> None:
    """Replace a database by a copy of another, with nobody in either."""
    with closing(_administrator(world)) as database:
        for name in (source, target):
            if database.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                database.execute(f"alter database {name} allow_connections false".encode())
                _end_sessions(database, name)
        database.execute(f"drop database if exists {target} with (force)".encode())
        database.execute(f"create database {target} template {source} strategy file_copy".encode())
        for name in (source, target):
            database.execute(f"alter database {name} allow_connections true".encode())


def _restore(world: World, spy: Spy, targets: Sequence[str]) -> None:
    """Put the backup in place of the database, as docs/delivery.md tells: with all of ingest ended."""
    replicas = [world.parts[name] for name in targets if name.startswith("ingest-")]
    for replica in replicas:
        replica.kill()
    time.sleep(_UNDERWAY_S)
    with spy.looking_away():
        _copy(world, _BACKUP, DATABASE)
    for replica in replicas:
        replica.start()
