"""Staff's lists: JSON."""

from fastapi import APIRouter

router = APIRouter()
