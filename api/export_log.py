"""Files of numbers leave a trace: who took what, noted before the first byte and again after the last."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import Final, Self

from fastapi.responses import StreamingResponse

from api.access.caller import AuthMethod, Caller
from api.database.writing import Commands
from api.errors import ApiError, DatabaseNotReadyError

_LOG: Final = logging.getLogger(__name__)


class ExportLog:
    """Notes exports in the audit. Use as an async context: what is being noted is waited for at its end.

    Args:
        commands: write the audit.
    """

    __slots__ = ("_commands", "_notes")

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._notes: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self._notes)

    async def begin(
        self, caller: Caller, site: str, question: Mapping[str, str], form: str, data_version: str = ""
    ) -> str | None:
        """Note that somebody takes a file, and return the number of the export; None where nobody could note it.

        That is only let pass on a machine where no key was ever made, with a database user who may not write.

        Raises:
            DatabaseUnavailableError: it can't be noted now: no file.
            DatabaseNotReadyError: it can't be noted by this user of the database: no file.
        """
        number = secrets.token_hex(8)
        what = {**question, "form": form, "role": str(caller.roles.role_at(site)), "data_version": data_version}
        arguments = {"by": caller.name, "site": site, "export": number, "action": "begin", "what": what}
        try:
            await self._commands.run("note_export", **arguments)
        except DatabaseNotReadyError:
            if caller.method is not AuthMethod.LOCAL:
                raise
            return None
        return number

    def watched(self, caller: Caller, site: str, number: str | None, answer: StreamingResponse) -> StreamingResponse:
        """Return the answer, whose end will be noted: how many bytes, their SHA-256, and whether that is all.

        So a file can be found again by itself, and what has changed since it was made (`changes`).
        """
        if number is not None:
            answer.body_iterator = self._counted(answer.body_iterator, caller, site, number)
        return answer

    async def _counted(
        self, blocks: AsyncIterable[str | bytes | memoryview], caller: Caller, site: str, number: str
    ) -> AsyncIterator[str | bytes | memoryview]:
        size, complete, digest = 0, False, hashlib.sha256()
        try:
            async for block in blocks:
                content = block.encode() if isinstance(block, str) else block
                size += len(content)
                digest.update(content)
                yield block
            complete = True
        finally:
            # Whoever went away has cancelled this: the note is written by a task of its own.
            what = {"bytes": size, "complete": complete, "sha256": digest.hexdigest()}
            arguments = {"by": caller.name, "site": site, "export": number, "action": "end", "what": what}
            task = asyncio.create_task(self._note(arguments), name=f"export {number}")
            self._notes.add(task)
            task.add_done_callback(self._notes.discard)

    async def _note(self, arguments: Mapping[str, object]) -> None:
        """Note the end. Where that can't be done, the beginning stands in the audit, and a warning in the log."""
        try:
            await self._commands.run("note_export", **arguments)
        except ApiError as error:
            export, caller = arguments["export"], arguments["by"]
            _LOG.warning("the end of export %s by %s isn't in the audit: %s", export, caller, error)
