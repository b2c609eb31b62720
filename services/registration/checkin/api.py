"""The door: JSON."""

from fastapi import APIRouter

router = APIRouter()
