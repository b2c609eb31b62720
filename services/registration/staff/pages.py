"""Pages of staff: sign-in and sign-out, passwords, the list of staff members."""

from fastapi import APIRouter

router = APIRouter()
