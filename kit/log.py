"""Logs: one JSON object a line on standard output, with ids only. Never a body, a name, an address or a token."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request being answered: on every line it writes, and passed on with every call it makes.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# What every record has, and what uvicorn adds for terminals.
_STANDARD = {*vars(logging.makeLogRecord({})), "color_message"}


class JsonLines(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": moment, "level": record.levelname.lower(), "service": self._service}
        line |= {"event": record.getMessage(), "logger": record.name}
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            line |= _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(error: BaseException) -> dict[str, Any]:
    """An exception by its type and its frames: its text may quote what a person typed."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"exception": type(error).__name__, "frames": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]}


def to_stdout(service: str, level: str) -> None:
    """Send every log of this process to standard output as JSON lines."""
    stream = logging.StreamHandler(sys.stdout)
    stream.setFormatter(JsonLines(service))
    logging.basicConfig(level=level, handlers=[stream], force=True)
    for noisy in ("httpx", "httpcore", "stripe", "alembic", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
