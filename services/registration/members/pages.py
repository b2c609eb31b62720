"""Recognising a visitor by a company code or a personal link, and the staff's pages about companies."""

from fastapi import APIRouter

router = APIRouter()
