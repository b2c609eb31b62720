"""A company whose HR, behind her personal link, has covered people and prepares a list."""

import uuid

import httpx

PLAN = "pae-2027"


def enrolled(link: str) -> uuid.UUID:
    """A company covers two people, one by a sealed code, and prepares a list; who is covered by name."""
    home, person, token = link.rsplit("/", 2)
    base, keys = f"{home.removesuffix('/m')}/api/people/{person}/plans/{PLAN}", {"X-Link-Token": token}
    people = [{"first_name": "Łukasz", "last_name": "Ŵœłowski", "email": "lukasz@example.org"}]
    httpx.post(f"{base}/list", json={"people": people, "sealed": 1}, headers=keys, trust_env=False)
    asked = {"method": "invoice", "bill_to": {"po_number": "BC-1"}, "terms_accepted": True}
    bought = httpx.post(f"{base}/purchases", json=asked, headers=keys, trust_env=False)
    assert bought.status_code == 201, bought.text
    more = [{"first_name": "Zoé", "last_name": "Roy"}, {"first_name": "Zoé", "last_name": "Roy"}, {"first_name": "Guy"}]
    listed = httpx.post(f"{base}/list", json={"people": [*more, *people]}, headers=keys, trust_env=False)
    assert listed.status_code == 201, listed.text
    mine = httpx.get(base, headers=keys, trust_env=False).json()
    return uuid.UUID(next(one["id"] for one in mine["people"] if one["first_name"]))
