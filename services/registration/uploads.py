"""A file as it was sent: alone, as programs do, or beside the fields of a form."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from kit.app import BODY_LIMIT
from registration.forms import FormValues

# The largest file that is taken, in bytes.
LARGEST = 5_000_000
# What a browser may send to the end, so that it can be answered with its form: cut off, it would show its own page.
HEARD_OUT = 25_000_000
# The only paths that take a file.
DOORS = re.compile(
    r"/api/(?:files|imports)|/staff/(?:association|imports)"
    r"|/staff/activities/[0-9a-f-]+/(?:cover|partners(?:/[0-9a-f-]+/logo)?)"
    r"|/company/sign-up|/plans/[^/]+/add/file|/api/people/[0-9a-f-]+/plans/[^/]+/list/file"
)


@dataclass(frozen=True)
class Upload:
    """The bytes of a file: none when no file was chosen, or when it was `too_large`."""

    content: bytes = b""
    too_large: bool = False

    @classmethod
    def of(cls, content: bytes) -> "Upload":
        return cls(too_large=True) if len(content) > LARGEST else cls(content)

    def __bool__(self) -> bool:
        return self.too_large or bool(self.content)


@dataclass(frozen=True)
class FormWithFile:
    """What was typed, and the file chosen beside it."""

    values: FormValues
    file: Upload


def body_limit(path: str) -> int:
    """The most bytes that a path takes."""
    return HEARD_OUT if DOORS.fullmatch(path) else BODY_LIMIT


async def _sent(request: Request) -> Upload:
    return Upload.of(await request.body())


async def _posted(request: Request) -> FormWithFile:
    """Read by hand, so that nobody is heard before who they are is known, and nothing is written to a disk."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return FormWithFile(FormValues.of(await request.form(max_fields=200)), Upload())
    stream: AsyncGenerator[bytes, None] = request.stream()
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=200)
    parser.spool_max_size = HEARD_OUT
    try:
        data: FormData = await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400) from error
    files = [value for _, value in data.multi_items() if isinstance(value, UploadFile)]
    file = Upload.of(await files[0].read()) if files else Upload()
    await data.close()
    return FormWithFile(FormValues.of(data), file)


SentFile = Annotated[Upload, Depends(_sent)]
PostedFile = Annotated[FormWithFile, Depends(_posted)]
