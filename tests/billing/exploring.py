"""Every order of some steps, however often each is done, without walking each order: equal states have equal futures.

What a step does depends on nothing but the state it finds, so the states that can be reached are walked as a graph, and
each step is tried once from each of them. Hundreds of thousands of orders become some hundreds of steps, and none is
left out. `state` must hold all that a step may look at, and nothing else (no id, no time).
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Walk(Protocol):
    """One walk, from its beginning."""

    def can(self) -> Iterable[str]:
        """The steps that are possible now: a matter of the state alone."""

    def do(self, step: str) -> None: ...

    def state(self) -> Hashable: ...

    def leave(self) -> None:
        """Let everything settle, so that the next walk meets nothing of this one."""


@dataclass
class Explored:
    """`steps` maps each state that can be reached to where each step leads from it; `ways` says how it was reached."""

    begin: Callable[[], Walk]
    at_most: int
    steps: dict[Hashable, dict[str, Hashable]] = field(default_factory=dict)
    ways: dict[Hashable, tuple[str, ...]] = field(default_factory=dict)
    _untried: dict[Hashable, list[str]] = field(default_factory=dict)

    def run(self) -> "Explored":
        self._walk(())
        while waiting := [state for state, steps in self._untried.items() if steps]:
            self._walk(min((self.ways[state] for state in waiting), key=len))
        return self

    def _walk(self, way: tuple[str, ...]) -> None:
        """Go where something is untried, then on through what is untried."""
        walk = self.begin()
        for step in way:
            walk.do(step)
        here = self._found(walk, way)
        while self._untried[here]:
            step = self._untried[here].pop()
            walk.do(step)
            way = (*way, step)
            there = self._found(walk, way)
            self.steps[here][step] = there
            here = there
        walk.leave()

    def _found(self, walk: Walk, way: tuple[str, ...]) -> Hashable:
        state = walk.state()
        if state not in self.steps:
            self.steps[state], self.ways[state], self._untried[state] = {}, way, list(walk.can())
            assert len(self.steps) <= self.at_most, f"states without end, this one by {way}: {state}"
        return state

    def after(self, state: Hashable, steps: Sequence[str]) -> Hashable:
        """Where these steps lead from a state; one that is not possible any more is left out."""
        for step in steps:
            state = self.steps[state].get(step, state)
        return state
