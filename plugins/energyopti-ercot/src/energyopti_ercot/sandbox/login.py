"""The login in the sandbox: a token for a user and password, good for an hour."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from energyopti.sandbox import Answer, Ask

_LASTS = timedelta(hours=1)
_BEGINS = "sandbox."
WRONG = "wrong"
"""The only wrong password."""


def login(ask: Ask) -> Answer:
    """A token, or status 400."""
    form = {name: values[0] for name, values in parse_qs(ask.body.decode()).items()}
    if ask.path != "oauth2/v2.0/token" or ask.method != "POST":
        return Answer.missing()
    if form.get("grant_type") != "password" or form.get("response_type") != "id_token":
        return _json({"error": "unsupported_grant_type"}, status=400)
    if not form.get("username") or form.get("password", WRONG) == WRONG:
        said = "AADB2C90225: The username or password provided in the request are invalid."
        return _json({"error": "access_denied", "error_description": said}, status=400)
    ends = int((ask.now + _LASTS).timestamp())
    token = {"id_token": f"{_BEGINS}{ends}", "token_type": "Bearer", "expires_in": "3600"}
    return _json(token, status=200)


def is_valid(authorization: str, now: datetime) -> bool:
    """Whether a header carries a token that has not expired."""
    ends = authorization.removeprefix(f"Bearer {_BEGINS}")
    return ends.isdecimal() and datetime.fromtimestamp(int(ends), UTC) > now


def _json(body: Any, *, status: int) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), content_type="application/json")
