"""The door: pages."""

from fastapi import APIRouter

router = APIRouter()
