"""What programs ask about staff: renewing a pass, exchanging an integrator's token."""

from fastapi import APIRouter

router = APIRouter()
