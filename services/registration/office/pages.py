"""Staff's lists: pages."""

from fastapi import APIRouter

router = APIRouter()
