"""A bare FastAPI + psycopg program doing the least that a page, a signup of four and a scan can be.

`python -m bench.yardstick URL PORT` serves it; it makes its own tables.
"""

import queue
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel

TABLES = """
CREATE TABLE IF NOT EXISTS y_resource (id int PRIMARY KEY, capacity int, taken int, CHECK (taken <= capacity));
CREATE TABLE IF NOT EXISTS y_registration (id uuid PRIMARY KEY, name text, email text, total bigint);
CREATE TABLE IF NOT EXISTS y_attendee (id uuid PRIMARY KEY, registration_id uuid, name text, email text);
CREATE TABLE IF NOT EXISTS y_check_in (attendee_id uuid PRIMARY KEY, at timestamptz DEFAULT now());
INSERT INTO y_resource VALUES (1, 100000000, 0) ON CONFLICT DO NOTHING;
"""
PAGE = "<!doctype html><title>Une activité</title>" + "<p>Une ligne de texte comme une autre.</p>" * 360


class Person(BaseModel):
    name: str
    email: str


class Signup(BaseModel):
    name: str
    email: str
    people: list[Person]


class Pool:
    """Four connections, handed out in turn; a transaction each time."""

    def __init__(self, url: str) -> None:
        self._free: queue.LifoQueue[psycopg.Connection[Any]] = queue.LifoQueue()
        for _ in range(4):
            self._free.put(psycopg.connect(url))

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection = self._free.get()
        try:
            with connection.transaction():
                yield connection
        finally:
            self._free.put(connection)


def create_app(url: str) -> FastAPI:
    pool = Pool(url)
    app = FastAPI()
    with pool.connection() as connection:
        connection.execute(TABLES)

    @app.get("/page")
    def page() -> Response:
        with pool.connection() as connection:
            row = connection.execute("SELECT capacity - taken FROM y_resource WHERE id = 1").fetchone()
        return Response(PAGE + str(row[0] if row else 0), media_type="text/html")

    @app.post("/signup", status_code=201)
    def signup(body: Signup) -> dict[str, Any]:
        new, people = uuid.uuid4(), [(uuid.uuid4(), p.name, p.email) for p in body.people]
        with pool.connection() as connection:
            connection.execute("INSERT INTO y_registration VALUES (%s, %s, %s, 0)", (new, body.name, body.email))
            with connection.cursor() as cursor:
                rows = [(person, new, name, email) for person, name, email in people]
                cursor.executemany("INSERT INTO y_attendee VALUES (%s, %s, %s, %s)", rows)
            taken = "UPDATE y_resource SET taken = taken + %s WHERE id = 1 AND taken + %s <= capacity RETURNING taken"
            connection.execute(taken, (len(people), len(people))).fetchone()
        return {"id": new, "attendees": [person[0] for person in people]}

    @app.post("/scan/{attendee}")
    def scan(attendee: uuid.UUID) -> dict[str, Any]:
        with pool.connection() as connection:
            row = connection.execute("SELECT name FROM y_attendee WHERE id = %s", (attendee,)).fetchone()
            connection.execute("INSERT INTO y_check_in VALUES (%s) ON CONFLICT DO NOTHING", (attendee,))
        return {"name": row[0] if row else None}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), port=int(sys.argv[2]), log_level="error")
