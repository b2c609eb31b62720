"""The catalogue's pages."""

from fastapi import APIRouter

router = APIRouter()
