"""Registration's Core tables, for tests that look at rows behind the actions' backs."""

from kit.sql import table
from registration.catalog.codes.models import Code
from registration.catalog.models import Resource
from registration.checkin.models import CheckIn
from registration.registrations.models import Answer, Attendee, Registration, RegistrationLine

registrations = table(Registration)
lines = table(RegistrationLine)
attendees = table(Attendee)
answers = table(Answer)
resources = table(Resource)
codes = table(Code)
check_ins = table(CheckIn)
