"""Judges a request against the SDK's own parameter types (``stripe.params``, made from Stripe's specification).

Forms carry only strings: each is converted by the type declared for it, and whatever the type does not allow is
refused with Stripe's code: an unknown name, a missing one, a word where a number stands, a value outside an enum.
The SDK writes enums ``Literal['a', 'b'] | str`` so that old clients survive new values; here the list decides.
"""

from __future__ import annotations

import re
import sys
import types
import typing
from decimal import Decimal, InvalidOperation
from typing import Any

import stripe._request_options as request_options
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from simulator.api.errors import StripeError
from simulator.api.forms import Indexed

_SCALARS = (str, int, bool, Decimal)
_INTEGER = re.compile(r"-?[0-9]{1,18}")
# The SDK lets options of the call (key, idempotency, account) travel with the parameters; they are never parameters.
_OPTIONS = frozenset(request_options.RequestOptions.__annotations__)


class Judge:
    """Keeps the resolved types of each shape, because resolving them takes longer than judging with them."""

    def __init__(self) -> None:
        self._fields: dict[Any, dict[str, Any]] = {}

    def judge(self, shape: Any, form: dict[str, Any]) -> dict[str, Any]:
        """The form with every value of its declared type. Raises ``StripeError`` (400)."""
        return self._object(shape, form, "")

    def _fields_of(self, shape: Any) -> dict[str, Any]:
        if shape not in self._fields:
            module = vars(sys.modules[shape.__module__])
            names = {**vars(request_options), **module, "StripeContext": str}
            hints = typing.get_type_hints(shape, globalns=names)
            self._fields[shape] = {name: hint for name, hint in hints.items() if name not in _OPTIONS}
        return self._fields[shape]

    def _object(self, shape: Any, value: Any, at: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise StripeError(f"Invalid object: {at}", code="parameter_invalid_object", param=at)
        fields = self._fields_of(shape)
        for name in value:
            if name not in fields:
                raise StripeError(
                    f"Received unknown parameter: {_join(at, name)}", code="parameter_unknown", param=_join(at, name)
                )
        for name in sorted(shape.__required_keys__ - value.keys() - _OPTIONS):
            raise missing_parameter(_join(at, name))
        return {name: self._value(fields[name], item, _join(at, name)) for name, item in value.items()}

    def _value(self, hint: Any, value: Any, at: str) -> Any:
        origin = typing.get_origin(hint)
        if is_typeddict(hint):
            return self._object(hint, value, at)
        if origin in (typing.Union, types.UnionType):
            return self._choice(hint, value, at)
        if origin is list:
            return self._list(typing.get_args(hint)[0], value, at)
        if origin is dict or origin is UntypedStripeObject:
            return self._metadata(value, at)
        if origin is typing.Literal:
            return _literal(typing.get_args(hint), value, at)
        return _scalar(hint, value, at)

    def _choice(self, hint: Any, value: Any, at: str) -> Any:
        """A union: an enum with its ``| str``, or a number that may also be a group (``created``)."""
        options = list(typing.get_args(hint))
        words = [word for option in options if _is_literal(option) for word in typing.get_args(option)]
        if isinstance(value, str):
            if value in words:
                return value
            if any(word != "" for word in words):
                return _literal(words, value, at)
            simple = [option for option in options if option in _SCALARS]
        else:
            simple = [option for option in options if option not in _SCALARS and not _is_literal(option)]
        if not simple:
            kind = "object" if isinstance(value, str) else "string"
            raise StripeError(f"Invalid {kind}: {at}", code=f"parameter_invalid_{kind}", param=at)
        return self._value(simple[0], value, at)

    def _list(self, item: Any, value: Any, at: str) -> list[Any]:
        if not isinstance(value, Indexed):
            raise StripeError(f"Invalid array: {at}", code="parameter_invalid_array", param=at)
        return [self._value(item, below, f"{at}[{index}]") for index, below in enumerate(value.as_list())]

    def _metadata(self, value: Any, at: str) -> dict[str, str]:
        """Keys of at most 40 characters and values of at most 500, 50 of them: Stripe's documented limits."""
        if not isinstance(value, dict):
            raise StripeError(f"Invalid object: {at}", code="parameter_invalid_object", param=at)
        for name, text in value.items():
            if not isinstance(text, str):
                raise StripeError(
                    f"Metadata values must be strings, but {_join(at, name)} is an object.", param=_join(at, name)
                )
            if len(name) > 40 or len(text) > 500:
                raise StripeError(
                    f"Metadata names can be up to 40 characters and values up to 500: {_join(at, name)}.",
                    param=_join(at, name),
                )
        if len(value) > 50:
            raise StripeError("You can only have up to 50 metadata keys.", param=at)
        return {name: text for name, text in value.items() if text != ""}


def missing_parameter(at: str) -> StripeError:
    """Stripe names what it needs."""
    return StripeError(f"Missing required param: {at}.", code="parameter_missing", param=at)


def _join(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


def _is_literal(hint: Any) -> bool:
    return typing.get_origin(hint) is typing.Literal


def _literal(words: typing.Sequence[Any], value: Any, at: str) -> Any:
    if value in words:
        return value
    allowed = ", ".join(str(word) for word in words if word)
    raise StripeError(f"Invalid {at}: must be one of {allowed}", code="parameter_invalid_enum", param=at)


def _scalar(hint: Any, value: Any, at: str) -> Any:
    if not isinstance(value, str):
        raise StripeError(f"Invalid string: {at}", code="parameter_invalid_string", param=at)
    if value == "":
        raise StripeError(
            f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{at}' cannot be unset.",
            code="parameter_invalid_empty",
            param=at,
        )
    if hint is int:
        if not _INTEGER.fullmatch(value):
            raise StripeError(f"Invalid integer: {value[:40]}", code="parameter_invalid_integer", param=at)
        return int(value)
    if hint is bool:
        if value not in ("true", "false"):
            raise StripeError(f"Invalid boolean: {value[:40]}", code="parameter_invalid_boolean", param=at)
        return value == "true"
    if hint is Decimal:
        return _decimal(value, at)
    if hint is not str:
        raise StripeError(f"The simulator cannot judge {at}.", code="simulator_unsupported", param=at)
    return value


def _decimal(value: str, at: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise StripeError(f"Invalid decimal: {value[:40]}", code="parameter_invalid_decimal", param=at)
    return number
