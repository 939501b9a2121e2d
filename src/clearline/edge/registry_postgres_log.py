"""The registry's shared store: the state in the memory of every instance, one log of changes in the database.

The one idea: decide first, then prove. A batch of calls is decided on the state at hand; one statement appends its
changes if that state is still the latest, and so proves every answer of the batch, refusals and readings too. If
another instance was first, what was tried is taken back, the other's rows are read, and the rules are asked again,
this time in a queue, so that everybody's turn comes. Answers wait until what they were decided on is safe.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar
from uuid import UUID, uuid4

from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_call import Call, Waiting
from clearline.edge.registry_postgres_fold import fold, load
from clearline.edge.registry_postgres_link import AGAIN, LOST, Connection, StoreUnavailableError, connect
from clearline.edge.registry_postgres_prune import keep_pruned
from clearline.edge.registry_postgres_rows import held
from clearline.edge.registry_postgres_schema import migrate, queries, settle_mode
from clearline.edge.registry_postgres_tail import LogRow, LogTail, LostRowsError
from clearline.edge.registry_turns import TurnLine, WatchedState, lacks_keys
from clearline.registry.turns import Place
from clearline.registry.view import Change, Outcome, Put, Remove, Rule
from clearline.wire.registry_log import LogEntry, join_records, read_entry, split_records, write_entry

__all__ = ["LogStore"]

Answer = TypeVar("Answer")

_BATCH = 500  # calls decided in one turn
_TRIES = 20  # turns in which one batch may lose to the database itself (deadlock, statement limit)
_QUEUED_TURNS = 16  # after losing to another instance: turns that queue at once instead of trying
_TICK_S = 2.0  # how often an idle instance reads on, and writes the table of entities
_SOURCE = "the registry's log"


class LogStore:
    """A store over the log table of a shared database (`Store`); any number of them, in any number of processes."""

    def __init__(self, dsn: str, tail: LogTail, state: WatchedState, limit_s: float) -> None:
        self._dsn = dsn
        self._tail = tail
        self._state = state
        self._line = TurnLine(state, self._check_open)
        self._limit_s = limit_s
        self._calls: list[Waiting] = []
        self._proved: list[tuple[int, list[Waiting]]] = []
        self._wake = asyncio.Event()
        self._undo: list[Change] = []
        self._tried: UUID | None = None
        self._queued_turns = 0
        self._shaken = False
        self._broken: StoreUnavailableError | None = None
        self._closing = False
        self._marking: asyncio.Task[None] | None = None
        beside = (self._work(), self._tidy(), keep_pruned(dsn))
        self._tasks = [asyncio.create_task(one) for one in beside]

    @classmethod
    async def open(cls, dsn: str, *, limit_s: float = 8.0) -> "LogStore":
        """Open the store at this address, making its schema if it is new, and read the state.

        A call that is not answered within `limit_s` fails. Raises StoreUnavailableError where the database cannot be
        reached, SchemaError where it cannot be used.
        """
        marking = await connect(dsn)
        try:
            await migrate(marking)
            await settle_mode(marking, "log")
            reading = await connect(dsn, waits=False)
            try:
                state, seq, token = await load(reading)
            except BaseException:
                reading.terminate()
                raise
        except BaseException:
            marking.terminate()
            raise
        store = cls(dsn, LogTail(dsn, reading, marking, seq, token), state, limit_s)
        try:
            await store.read(lambda _: Outcome(None))
        except BaseException:
            await store.close()
            raise
        return store

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Run the rule, append its changes, and return its answer once they are safe.

        A request that lacks keys, or would make stale those of one that lacked them, may wait a quarter of a second for
        those whose turn it is at this instance (`registry/turns.py`); its answer is decided like any other after that.
        Raises StoreUnavailableError if the database did not do it in time.
        """
        if not self._line.idle:
            line = self._line
            _, place = await line.ask(asked.client, rule)
            return await self._in_turn(Call(rule, asked), line, place)
        answer = await self._ask(Call(rule, asked))
        if not lacks_keys(answer):
            return answer
        line, nobody_before = self._line, self._line.idle
        _, place = await line.ask(asked.client, rule)
        if place is not None and nobody_before:
            line.keep(place)  # it has not waited for anybody, so the answer is as good as another
            return answer
        return await self._in_turn(Call(rule, asked), line, place)

    async def _in_turn(self, call: Call[Answer], line: TurnLine, place: Place | None) -> Answer:
        """Have a call decided whose turn it is, and keep its place if it lacks keys still."""
        try:
            answer = await self._ask(call)
        except BaseException:
            if place is not None:
                line.leave(place)
            raise
        if place is not None:
            (line.keep if lacks_keys(answer) else line.leave)(place)
        return answer

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Run a rule that changes nothing on the latest state. Raises ValueError if it brings changes."""
        return await self._ask(Call(rule, None))

    async def close(self) -> None:
        """Finish the calls that wait, leave the list of instances, and hang up."""
        self._closing = True
        self._wake.set()
        work, *others = self._tasks
        for task in others:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=self._limit_s)
        work.cancel()
        await asyncio.wait([work])
        with suppress(*LOST, *AGAIN):
            await self._tail.leave()
        self._tail.hang_up()
        await asyncio.sleep(0)  # one turn of the loop, in which the lines are closed

    async def _ask(self, call: Call[Answer]) -> Answer:
        self._check_open()
        self._calls.append(call)
        self._wake.set()
        return await call.wait(self._limit_s)

    def _check_open(self) -> None:
        if self._broken is not None or self._closing:
            raise self._broken or StoreUnavailableError("the store is closed", "open it again")

    async def _work(self) -> None:
        """Serve the calls that came, batch by batch, until closed. What cannot be mended ends the store, said once."""
        batch: list[Waiting] = []
        try:
            while not (self._closing and not self._calls and not self._proved):
                if self._shaken:
                    await self._settle()
                elif self._calls:
                    batch, self._calls = self._calls[:_BATCH], self._calls[_BATCH:]
                    await self._serve(batch)
                else:
                    self._wake.clear()
                    await self._wake.wait()
        except Exception as error:  # noqa: BLE001 - the outermost loop
            self._break(error, batch)

    def _break(self, error: Exception, batch: Sequence[Waiting] = ()) -> None:
        self._broken = StoreUnavailableError(f"the store stopped: {error}", "mend that and start this instance again")
        self._tail.hang_up()
        for call in (*batch, *self._calls, *(one for _, proved in self._proved for one in proved)):
            call.fail(self._broken)
        self._calls.clear()
        self._proved.clear()

    async def _serve(self, batch: list[Waiting]) -> None:
        for turn in range(_TRIES):
            queued = self._queued_turns > 0 or turn > 0
            try:
                proved = await (self._queue(batch) if queued else self._try(batch))
            except AGAIN:
                self._take_back()
                await asyncio.sleep(0.001 * (turn + 1))
                continue
            except (*LOST, LostRowsError):
                proved = await self._settle()
            if proved:
                self._queued_turns = max(0, self._queued_turns - 1)
                self._proved.append((self._tail.seq, batch))
                self._tell()
                return
        for call in batch:
            call.fail(StoreUnavailableError("the registry's database is too busy", "ask again"))

    async def _try(self, batch: list[Waiting]) -> bool:
        """Decide on the state at hand, and prove it with the one statement; False if it was not the latest."""
        records = self._decide(batch)
        if records:
            token = self._tried = uuid4()
            if await self._tail.append(token, records):
                self._keep()
                return True
            self._take_back()
            self._queued_turns = _QUEUED_TURNS
        return not await self._catch_up() and not records

    async def _queue(self, batch: list[Waiting]) -> bool:
        """Wait for the turn, read what the others wrote, decide, append."""
        if all(call.asked is None for call in batch):
            await self._catch_up()
            self._decide(batch)
            return True
        connection = self._tail.connection
        try:
            await connection.execute(queries()["log_turn"])
            others = await self._catch_up()
            records = self._decide(batch)
            if records:
                self._tried = uuid4()
                appended = await self._tail.append(self._tried, records)
                assert appended, "nobody moves the head while it is locked"
            ended = await connection.execute("COMMIT")
            assert ended == "COMMIT", ended
        except AGAIN:
            await connection.execute("ROLLBACK")
            raise
        if records:
            self._keep()
        if others:
            self._queued_turns = _QUEUED_TURNS
        return True

    def _decide(self, batch: list[Waiting]) -> bytes:
        """Ask every rule, each on the state that the ones before it made, and return the records of what changed."""
        records: list[bytes] = []
        for call in batch:
            if call.left():
                continue
            changes = call.ask(self._state)
            call.flying = bool(changes)
            if changes:
                asked = call.asked
                assert asked is not None, "a reading call changes nothing"
                for change in changes:
                    before = held(self._state, change.entity)
                    self._undo.append(Remove(change.entity) if before is None else Put(before))
                    self._state.apply((change,))
                entry = LogEntry(asked.at_us, asked.client, asked.call, asked.request_id, changes)
                records.append(write_entry(entry))
        return join_records(records)

    def _keep(self) -> None:
        """What was tried is in the log."""
        assert self._tried is not None
        self._tail.stand(self._tail.seq + 1, self._tried)
        self._undo.clear()
        self._tried = None

    def _take_back(self) -> None:
        """What was tried is not in the log and never will be."""
        for change in reversed(self._undo):
            self._state.apply((change,))
        self._undo.clear()
        self._tried = None

    async def _catch_up(self) -> bool:
        """Read on to the end of the log; tells whether there was anything to read."""
        read = False
        while rows := await self._tail.following():
            for row in rows:
                self._learn(row)
            read = True
        return read

    def _learn(self, row: LogRow) -> None:
        if row.token == self._tried:
            self._keep()
            return
        self._take_back()
        where = f"row {row.seq}"
        for record in split_records(row.records, source=_SOURCE, where=where):
            self._state.apply(read_entry(record, source=_SOURCE, where=where).changes)
        self._tail.stand(row.seq, row.token)

    def _tell(self) -> None:
        """Give out the answers that were decided on what is safe; see to it that the others' turn comes."""
        while self._proved and self._proved[0][0] <= self._tail.safe_seq:
            for call in self._proved.pop(0)[1]:
                call.tell()
        if self._proved and self._marking is None and not self._shaken:
            self._marking = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        try:
            await self._tail.mark()
        except AGAIN:
            pass
        except (*LOST, LostRowsError):
            self._shaken = True
        except Exception as error:  # noqa: BLE001 - the outermost frame of a task that nobody waits for
            self._break(error)
        self._marking = None
        self._tell()
        if self._shaken or self._closing:
            self._wake.set()

    async def _settle(self) -> bool:
        """Find a line to the database again, and the truth about what was tried; tells whether that happened.

        The empty row that is appended takes the place that what was tried would have had, so it can no longer come in
        later.
        """
        tried, wait_s = self._tried, 0.02
        self._shaken = True
        while True:
            try:
                self._tail.hang_up()
                if self._marking is not None:
                    await self._marking
                await self._tail.reconnect()
                await self._find_place()
                happened = tried is not None and await self._tail.has(tried)
            except (StoreUnavailableError, *LOST, *AGAIN):
                if self._closing:
                    raise
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, 0.5)
                continue
            self._shaken = False
            self._tell()
            return happened

    async def _find_place(self) -> None:
        try:
            while not await self._tail.append(token := uuid4(), b""):
                await self._catch_up()
        except LostRowsError:
            # The database crashed before rows were safe that nobody has been answered from: begin again without them.
            state, seq, token = await load(self._tail.connection)
            await self._tail.restart(seq, token)
            self._state = state
            self._line = TurnLine(state, self._check_open)
            self._undo.clear()
            self._tried = None
            undecided = [call for _, batch in self._proved for call in batch]
            self._proved.clear()
            self._calls = undecided + self._calls
            await self._find_place()
            return
        self._take_back()
        self._tail.stand(self._tail.seq + 1, token)

    async def _tidy(self) -> None:
        """Every now and then, read on where nobody asks, and write the table of entities up to where the log is."""
        line: Connection | None = None
        try:
            while True:
                await asyncio.sleep(_TICK_S)
                with suppress(StoreUnavailableError, *LOST, *AGAIN):
                    await self.read(lambda _: Outcome(None))
                    if line is None or line.is_closed():
                        line = await connect(self._dsn)
                    await fold(line, self._tail.safe_seq)
        finally:
            if line is not None:
                line.terminate()
