"""`python -m registration seed --profile demo | load`."""

import argparse
import sys
from collections.abc import Iterator

from registration import seed
from registration.catalog.actions import shift_of
from registration.links import Links
from registration.members.models import Person
from registration.seed.source import Source, weeks_to_now
from registration.service import RegistrationService


def run(service: RegistrationService, options: argparse.Namespace) -> int:
    """Load the file with its dates moved to now. The move is remembered, so that later runs find the same dates.

    `--profile load` also makes one activity with `--count` registrations.
    """
    source = Source.read(options.file)
    now = service.clock()
    with service.db.write() as session:
        weeks = shift_of(session, source.key, weeks_to_now(now))
    rows = seed.load(service.db, options.file, now, weeks, service.settings.ticket_key, demo=True)
    for line in (_said(rows, weeks), *_member_link(service, source)):
        sys.stdout.write(line + "\n")
    if options.profile == "load":
        from registration.seed import crowd  # The crowd is not part of an image that only serves.

        seconds = crowd.fill(service.db, options.count)
        sys.stdout.write(f"seed: {options.count} registrations with their people, in {seconds:.1f} s\n")
    return 0


def _said(rows: dict[str, int], weeks: int) -> str:
    new = ", ".join(f"{count} {kind}" for kind, count in rows.items() if count) or "nothing new"
    return f"seed: {new}; dates moved by {weeks} weeks"


def _member_link(service: RegistrationService, source: Source) -> Iterator[str]:
    """In development only: the link by which the first person of the file sees member prices."""
    people = source.list("people")
    if service.settings.app_env != "development" or not people:
        return
    with service.db.read() as session:
        person = session.get(Person, source.id("person", people[0]["id"]))
    if person:
        link = Links(service.home, service.settings.ticket_key).person(person.id, person.link_version)
        yield f"member link: {link}"
