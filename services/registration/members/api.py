"""Companies and people, as an API."""

from fastapi import APIRouter

router = APIRouter()
