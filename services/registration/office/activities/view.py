"""How the office shows the state of a registration: the colour beside the word."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)


STATUS_KINDS = {"held": "warn", "confirmed": "good", "cancelled": "quiet", "expired": "quiet"}
