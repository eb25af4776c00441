"""A response's body: read up to a cap, checked for its announced length, and inspected before it is trusted."""

from __future__ import annotations

import httpx

from energyopti.errors import SourceUnavailable
from energyopti.source.message import Request
from energyopti.source.sniff import is_empty, what_is_wrong
from energyopti.source.statuses import Again


async def body_of(response: httpx.Response, where: str, *, cap: int) -> bytes:
    """The body, up to the cap; raises if its length is not as announced."""
    blocks, total = [], 0
    async for block in response.aiter_bytes():
        total += len(block)
        if total > cap:
            raise SourceUnavailable(
                f"{where} sends more than {cap:,} bytes, more than any known document; it was not read"
            )
        blocks.append(block)
    due = response.headers.get("content-length", "")
    came = response.num_bytes_downloaded if "content-encoding" in response.headers else total
    if due.isdecimal() and came < int(due):
        raise Again(f"{came} bytes of {due}: a truncated body")
    return b"".join(blocks)


def check(request: Request, response: httpx.Response, content: bytes) -> None:
    """Raise for a body that is worth another attempt; a body that the plugin reads itself is not checked."""
    if response.status_code in request.accept or _is_empty_answer(request, response, content):
        return
    wrong = what_is_wrong(content, request.expect)
    if wrong is not None:
        raise Again(wrong)
    said = request.retry_if(content) if request.retry_if is not None else None
    if said is not None:
        raise Again(said.reason, after=said.after)


def _is_empty_answer(request: Request, response: httpx.Response, content: bytes) -> bool:
    """Whether an empty body is an answer without rows, not a lost one."""
    if request.row_count_header is None or not is_empty(content):
        return False
    return str(response.headers.get(request.row_count_header, "0")).strip() == "0"
