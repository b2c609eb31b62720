"""The director's page about the association's profile."""

from fastapi import APIRouter

router = APIRouter()
