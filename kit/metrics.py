"""What a service counts about itself, for Prometheus: by this process since it started, or read when it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


@dataclass(frozen=True)
class Figure:
    """What is counted when somebody asks, the same in every copy of a service: a value for each value of `label`."""

    name: str
    help: str
    label: str
    values: Mapping[str, float]


class Metrics:
    """One registry per application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        here, labels = self.registry, ("method", "route", "status")
        self.requests = Counter("guichet_requests", "Requests answered", labels, registry=here)
        self.seconds = Histogram("guichet_request_seconds", "Time to answer", ("route",), registry=here)
        ProcessCollector(registry=here)

    def text(self, figures: Sequence[Figure]) -> bytes:
        """Everything counted so far, and the figures of this moment."""
        now = CollectorRegistry()
        for figure in figures:
            gauge = Gauge(figure.name, figure.help, (figure.label,), registry=now)
            for value, number in figure.values.items():
                gauge.labels(value).set(number)
        return generate_latest(self.registry) + generate_latest(now)
