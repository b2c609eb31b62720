"""What a session is asked to sell: the rules for its lines that Stripe's types cannot say."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from simulator.api.errors import StripeError, not_simulated
from simulator.api.judge import missing_parameter
from simulator.objects.blanks import blank
from simulator.store import Object
from simulator.work import new_id

CURRENCIES = ("cad", "usd")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# Known to Stripe's types *and* done here; anything else is refused in so many words, never silently ignored.
_SESSION = {
    "adaptive_pricing", "allowed_payment_method_types", "billing_address_collection", "branding_settings", "cancel_url",
    "client_reference_id", "currency", "custom_text", "customer_creation", "customer_email",
    "excluded_payment_method_types", "expand", "expires_at", "integration_identifier", "line_items", "locale",
    "metadata", "mode", "origin_context", "payment_intent_data", "submit_type", "success_url", "ui_mode",
}  # fmt: skip
_INTENT = {"description", "metadata", "receipt_email", "statement_descriptor", "statement_descriptor_suffix"}
_LINE = {"price_data", "quantity", "metadata"}
_PRICE = {"currency", "product_data", "tax_behavior", "unit_amount"}
_PRODUCT = {"description", "images", "metadata", "name", "tax_code", "unit_label"}
# Choices of which the simulator does one.
_ONLY = {"mode": "payment", "ui_mode": "hosted_page", "customer_creation": "if_required"}


def check(params: dict[str, Any]) -> None:
    """Raises ``StripeError`` (400) for what a hosted payment page may not be."""
    _only(params, _SESSION, "")
    _only(params.get("payment_intent_data", {}), _INTENT, "payment_intent_data")
    for name in ("mode", "line_items", "success_url"):
        if name not in params:
            raise missing_parameter(name)
    for name, value in _ONLY.items():
        if params.get(name, value) != value:
            raise not_simulated(f"{name}={params[name]}")
    if params.get("adaptive_pricing", {}).get("enabled"):
        raise not_simulated("adaptive_pricing[enabled]")
    for name in ("success_url", "cancel_url"):
        if name in params and not _is_url(params[name]):
            raise StripeError("Not a valid URL", code="url_invalid", param=name)
    if not _EMAIL.fullmatch(params.get("customer_email", "a@example.org")):
        raise StripeError("Invalid email address.", code="email_invalid", param="customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        raise StripeError("client_reference_id can be up to 200 characters.", param="client_reference_id")
    if len(params["line_items"]) > 100:
        raise StripeError("You can only have up to 100 line items.", param="line_items")


def lines(params: dict[str, Any]) -> list[Object]:
    """The line items as objects. Amounts are cents."""
    items = [_line(item, f"line_items[{index}]") for index, item in enumerate(params["line_items"])]
    currencies = {item["currency"] for item in items} | {params.get("currency", items[0]["currency"])}
    if len(currencies) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    return items


def _line(item: dict[str, Any], at: str) -> Object:
    _only(item, _LINE, at)
    if "price_data" not in item:
        raise missing_parameter(f"{at}[price_data]")
    if "quantity" not in item:
        raise StripeError(f"Quantity is required. Add `quantity` to `{at}`", code="parameter_missing", param=at)
    price, at_price = item["price_data"], f"{at}[price_data]"
    _check_price(price, at_price)
    if item["quantity"] < 1:
        raise StripeError(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=f"{at}[quantity]"
        )
    amount = price["unit_amount"] * item["quantity"]
    return blank("item") | {
        "id": new_id("li_1"),
        "amount_subtotal": amount,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": item.get("metadata", {}),
        "price": _price(price),
        "quantity": item["quantity"],
    }


def _check_price(price: dict[str, Any], at: str) -> None:
    _only(price, _PRICE, at)
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise missing_parameter(f"{at}[{name}]")
    _only(price["product_data"], _PRODUCT, f"{at}[product_data]")
    if price["unit_amount"] < 0:
        raise StripeError("Invalid non-negative integer", code="parameter_invalid_integer", param=f"{at}[unit_amount]")
    if price["currency"].lower() not in CURRENCIES:
        raise StripeError(
            f"Invalid currency: {price['currency'][:10]}. The simulator knows {', '.join(CURRENCIES)}.",
            param=f"{at}[currency]",
        )
    price["currency"] = price["currency"].lower()


def _price(price: dict[str, Any]) -> Object:
    return blank("price") | {
        "id": new_id("price_1"),
        "currency": price["currency"],
        "product": new_id("prod_", 14),
        "tax_behavior": price.get("tax_behavior", "unspecified"),
        "unit_amount": price["unit_amount"],
        "unit_amount_decimal": str(price["unit_amount"]),
    }


def _only(given: dict[str, Any], done: set[str], at: str) -> None:
    for name in sorted(given.keys() - done):
        raise not_simulated(f"{at}[{name}]" if at else name)


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
