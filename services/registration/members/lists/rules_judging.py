"""What each row of a list is to what is known: new, the same, different, or doubtful. Rows are judged in their order,
each beside the companies that are known and beside the rows before it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kit.text import fold
from registration.members.duplicates.rules import SURE, MatchKey, MatchKind, Traits, bare_name
from registration.members.duplicates.rules_fields import CompanyField, Texts, alike
from registration.members.lists.rules_cells import Said
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_periods import Overlapping, Period, missing, said_period
from registration.members.rules_details import digits

C = ImportColumn
# What more companies than this have alike says nothing of one of them.
MOST_SHARING = 3
# Of companies that have one key alike, so many are held beside a row: of a list with more, one is asked.
MOST_HELD = 20
# A company that is known, or the number of a row that makes one.
Target = uuid.UUID | int
FIELDS: tuple[CompanyField, ...] = tuple(one for one in CompanyField if one is not CompanyField.ORIGIN)


class RowKind(StrEnum):
    """What a row is to what is known: in the order in which they ask for somebody's eyes."""

    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    DIFFERENT = "different"
    NEW = "new"
    SAME = "same"


class Part(StrEnum):
    """What a row says beside the fields of its company: somebody who acts for it, and a period of membership."""

    PERSON = "person"
    PERIOD = "period"


@dataclass(frozen=True)
class Difference:
    """One thing that a row says otherwise than what is known. `field` is a CompanyField or a Part; `ours` may be empty:
    then nothing is lost by taking theirs."""

    field: CompanyField | Part
    ours: str
    theirs: str


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who acts for a company, and as what."""

    name: str
    email: str
    roles: frozenset[str]


@dataclass(frozen=True)
class KnownCompany:
    """A company beside which a row is held. `declined`: what lists said of it (field, folded text) that the association
    did not want."""

    texts: Texts
    names: frozenset[str] = frozenset()
    periods: tuple[Period, ...] = ()
    people: tuple[KnownPerson, ...] = ()
    declined: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What a row is. `match_id`: the company that is known; `twin`: the earlier row that is the same company's."""

    kind: RowKind
    match_id: uuid.UUID | None = None
    twin: int | None = None
    why: tuple[MatchKind, ...] = ()
    differences: tuple[Difference, ...] = ()
    problems: Mapping[ImportColumn, str] = field(default_factory=dict)

    @property
    def takes(self) -> frozenset[str]:
        """What is taken unless somebody says otherwise: whatever takes nothing away."""
        return frozenset(one.field for one in self.differences if not one.ours)


@dataclass
class _Growing:
    """A company as it is once the rows so far are written."""

    texts: dict[CompanyField, str]
    names: set[str]
    periods: list[Period]
    people: list[KnownPerson]
    declined: frozenset[tuple[str, str]] = frozenset()


class Judge:
    """Judges the rows of one list, one after the other."""

    def __init__(self, keys: Iterable[tuple[MatchKey, uuid.UUID]], known: Mapping[uuid.UUID, KnownCompany]) -> None:
        self._found: dict[MatchKey, list[Target]] = {}
        self._first: dict[uuid.UUID, int] = {}
        self._of: dict[Target, _Growing] = {
            one: _Growing(
                dict(company.texts),
                {bare_name(company.texts.get(CompanyField.NAME, "")), *company.names},
                list(company.periods),
                list(company.people),
                company.declined,
            )
            for one, company in known.items()
        }
        for key, company_id in keys:
            self._found.setdefault(key, []).append(company_id)

    def judge(self, number: int, said: Said) -> Judgement:
        """What the row of this number is."""
        if said.problems:
            return Judgement(RowKind.REFUSED, problems=said.problems)
        traits = traits_of_row(said.texts)
        target, why = self._best(traits, said)
        try:
            if target is None:
                return self._new(number, traits, said)
            differences = self._differences(self._of[target], said)
        except Overlapping:
            return Judgement(RowKind.REFUSED, problems={C.SINCE: "problem.import_overlap"})
        return self._placed(number, target, why, differences, traits, said)

    def _new(self, number: int, traits: Traits, said: Said) -> Judgement:
        self._of[number] = _growing(said)
        self._learn(traits, number)
        return Judgement(RowKind.NEW)

    def _placed(
        self,
        number: int,
        target: Target,
        why: tuple[MatchKind, ...],
        differences: tuple[Difference, ...],
        traits: Traits,
        said: Said,
    ) -> Judgement:
        match_id, twin = (target, None) if isinstance(target, uuid.UUID) else (None, target)
        if not SURE & set(why) or self._contradicts(target, said):
            self._of[number] = _growing(said)
            self._learn(Traits(traits.names), number)
            return Judgement(RowKind.DOUBTFUL, match_id, twin, why, differences)
        if match_id is not None:
            twin = self._first.get(match_id)
            self._first.setdefault(match_id, number)
        kind = RowKind.DIFFERENT if differences else RowKind.SAME
        judged = Judgement(kind, match_id, twin, why, differences)
        self._grow(self._of[target], judged, said)
        self._learn(traits, target)
        return judged

    def _learn(self, traits: Traits, target: Target) -> None:
        for key in traits.keys:
            targets = self._found.setdefault(key, [])
            if len(targets) < MOST_HELD and target not in targets:
                targets.append(target)

    def _best(self, traits: Traits, said: Said) -> tuple[Target | None, tuple[MatchKind, ...]]:
        """The company or row with most alike: one that is surely the same before others, one that is known before one
        of this list."""
        alikes: dict[Target, set[MatchKind]] = {}
        for key in sorted(traits.keys):
            targets = self._found.get(key, ())
            if key.kind in SURE or len(targets) <= MOST_SHARING:
                for target in targets[:MOST_HELD]:
                    alikes.setdefault(target, set()).add(key.kind)
        of_use = {one: kinds for one, kinds in alikes.items() if self._may_be(one, kinds, said)}
        if not of_use:
            return None, ()

        def rank(target: Target) -> tuple[bool, bool, bool, int]:
            kinds = of_use[target]
            sure = bool(SURE & kinds) and not self._contradicts(target, said)
            return sure, MatchKind.NEQ in kinds, isinstance(target, uuid.UUID), len(kinds)

        best = max(of_use, key=rank)
        return best, tuple(kind for kind in MatchKind if kind in of_use[best])

    def _may_be(self, target: Target, kinds: set[MatchKind], said: Said) -> bool:
        """Two enterprise numbers are two enterprises, unless they have the same name, or nearly."""
        by_name = kinds & {MatchKind.NAME, MatchKind.NEAR, MatchKind.NEQ}
        return target in self._of and (bool(by_name) or not self._contradicts(target, said))

    def _contradicts(self, target: Target, said: Said) -> bool:
        ours, theirs = self._of[target].texts.get(CompanyField.NEQ, ""), said.texts.get(C.NEQ, "")
        return bool(ours and theirs and digits(ours) != digits(theirs))

    def _differences(self, known: _Growing, said: Said) -> tuple[Difference, ...]:
        found = [
            Difference(one, known.texts.get(one, ""), theirs)
            for one in FIELDS
            if (theirs := said.texts.get(ImportColumn(one), ""))
            and not alike(one, known.texts.get(one, ""), theirs)
            and not (one is CompanyField.NAME and bare_name(theirs) in known.names)
        ]
        somebody = person_of(said.texts)
        if somebody and not any(_is_known(one, somebody) for one in known.people):
            found.append(Difference(Part.PERSON, "", person_text(said.texts)))
        period = said_period(said.texts.get(C.SINCE, ""), said.texts.get(C.UNTIL, ""))
        rest = missing(known.periods, period) if period else None
        if rest:
            found.append(Difference(Part.PERIOD, "", rest.as_text()))
        return tuple(one for one in found if (str(one.field), fold(one.theirs)) not in known.declined)

    def _grow(self, known: _Growing, judged: Judgement, said: Said) -> None:
        """As if what is proposed were taken."""
        for one in judged.differences:
            if one.field is Part.PERSON:
                known.people += filter(None, [person_of(said.texts)])
            elif one.field is Part.PERIOD:
                known.periods.append(Period.of_text(one.theirs))
            elif one.field in judged.takes:
                known.texts[CompanyField(one.field)] = one.theirs
            elif one.field is CompanyField.NAME:
                known.names.add(bare_name(one.theirs))


def _growing(said: Said) -> _Growing:
    texts: dict[CompanyField, str] = {one: said.texts.get(ImportColumn(one), "") for one in FIELDS}
    period = said_period(said.texts.get(C.SINCE, ""), said.texts.get(C.UNTIL, ""))
    somebody = person_of(said.texts)
    names = {bare_name(texts[CompanyField.NAME])}
    return _Growing(texts, names, [period] if period else [], [somebody] if somebody else [])


def traits_of_row(texts: Mapping[ImportColumn, str]) -> Traits:
    """By what the company of a row is found again."""
    names = (texts.get(C.NAME, ""), texts.get(C.BADGE_NAME, ""))
    return Traits(
        names=tuple(name for name in names if name),
        neq=texts.get(C.NEQ, ""),
        phone=texts.get(C.PHONE, ""),
        address=texts.get(C.ADDRESS, ""),
        postal_code=texts.get(C.POSTAL_CODE, ""),
        emails=tuple(filter(None, (texts.get(C.BILLING_EMAIL, ""), texts.get(C.EMAIL, "")))),
    )


def person_of(texts: Mapping[ImportColumn, str]) -> KnownPerson | None:
    """Whoever a row names."""
    name = fold(f"{texts.get(C.FIRST_NAME, '')} {texts.get(C.LAST_NAME, '')}")
    role = texts.get(C.ROLE, "")
    return KnownPerson(name, texts.get(C.EMAIL, "").lower(), frozenset([role] if role else ())) if name else None


def person_text(texts: Mapping[ImportColumn, str]) -> str:
    parts = (texts.get(C.FIRST_NAME, ""), texts.get(C.LAST_NAME, ""), texts.get(C.EMAIL, ""))
    return " ".join(part for part in parts if part)


def _is_known(known: KnownPerson, somebody: KnownPerson) -> bool:
    """The same address, or the same name where one of the two has none; with the role that is said, if one is."""
    both = known.email and somebody.email
    same = known.email == somebody.email if both else known.name == somebody.name
    return same and somebody.roles <= known.roles
