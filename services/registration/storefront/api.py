"""The catalogue as JSON."""

from fastapi import APIRouter

router = APIRouter(tags=["catalogue"])
