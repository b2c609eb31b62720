"""The tool that changes rules to see whether a test notices: which changes it makes, and what it says of them."""

from pathlib import Path

from tools.mutants import killer, mutants

SOURCE = '''"""Not this: 1 < 2."""
from enum import StrEnum

class Status(StrEnum):
    OPEN = "open"

def allowed(amount: int, "limit": int | None = 3) -> bool:
    """Nor this."""
    if amount < 0 and Status.OPEN:
        raise ValueError("a sentence is for people")
    return amount != 2
'''.replace('"limit"', "limit")


def test_mutants_of_a_file_are_its_decisions_and_nothing_else() -> None:
    assert [str(one).removeprefix("rules.py:") for one in mutants("rules.py", SOURCE)] == [
        "7: 3 → (2)",
        "7: 3 → (4)",
        "9: amount < 0 → (amount <= 0)",
        "9: amount < 0 → (amount >= 0)",
        "9: amount < 0 and Status.OPEN → (amount < 0 or Status.OPEN)",
        "9: 0 → (-1)",
        "9: 0 → (1)",
        '10: raise ValueError("a sentence is for people") → pass',
        "11: amount != 2 → (amount == 2)",
        "11: amount != 2 → not (amount != 2)",
        "11: 2 → (1)",
        "11: 2 → (3)",
    ]


def test_money_mutants_round_and_divide_otherwise() -> None:
    source = "from decimal import ROUND_HALF_UP\nrate = [ROUND_HALF_UP, max(7 // 2, 0), '0.05', 'é', a / b]\n"
    after = {one.after for one in mutants("money.py", source)}
    assert {"(ROUND_HALF_EVEN)", "(min)", "(7 / 2)", "('0.051')", "('éx')", "(a // b)"} <= after


def test_mutant_is_killed_by_a_test_that_fails_and_leaves_the_tree_as_it_was(tmp_path: Path) -> None:
    source = "é = 'é'; WET, DRY = True, True\n"
    (tmp_path / "weather.py").write_text(source)
    (tmp_path / "test_weather.py").write_text("import weather\n\ndef test_wet():\n    assert weather.WET\n")
    named = [killer(one, tmp_path, ["test_weather.py"]) for one in mutants("weather.py", source)]
    assert named == ["test_weather.py::test_wet", ""]
    assert (tmp_path / "weather.py").read_text() == source
