"""What a service counts about itself, for Prometheus."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """One registry per application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("guichet_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("guichet_request_seconds", "Time to answer", ("route",), registry=self.registry)
        self.waiting = Gauge("guichet_pending", "Work not finished yet", ("kind",), registry=self.registry)

    def text(self, pending: Mapping[str, int]) -> bytes:
        for kind, count in pending.items():
            self.waiting.labels(kind).set(count)
        return generate_latest(self.registry)
