"""A member list that waits to be decided of."""

import uuid

import httpx


def listed(home: str, keys: dict[str, str]) -> uuid.UUID:
    """A member list with a row of each kind, to be decided of."""
    lines = (
        "Entreprise;Nb employés;Ville",
        "Usinage Valbrume;25;Alma",
        "Soudures Cap-au-Loup;12;Jonquière",
        "Toit Neuf;12 env.;Alma",
        "Mur Neuf ltée;3;Alma",
        "Structures Pic-du-Nord inc.;140;La Baie",
    )
    address = f"{home}/api/imports"
    read = httpx.post(f"{address}?origin=A", content="\n".join(lines).encode(), headers=keys, trust_env=False)
    assert read.status_code == 201, read.text
    one, places = f"{address}/{read.json()['id']}", {"places": read.json()["places"]}
    looked_at = httpx.post(f"{one}/columns", json=places, headers=keys, trust_env=False)
    assert set(looked_at.json()["kinds"]) == {"new", "same", "different", "doubtful", "refused"}, looked_at.text
    return uuid.UUID(read.json()["id"])
