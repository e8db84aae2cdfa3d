"""FastStream's metrics with bounded labels: a subject holds ids, and a series per id never ends."""

from functools import cache
from typing import Any

from faststream.nats.prometheus.provider import NatsMetricsSettingsProvider
from faststream.prometheus import ConsumeAttrs
from faststream.prometheus.middleware import PrometheusMiddleware
from prometheus_client import CollectorRegistry


def bounded(subject: str) -> str:
    """Return a subject with everything that can grow without limit replaced by a star."""
    match subject.split("."):
        case ["ev", _, kind, _, kind_of_event]:
            return f"ev.*.{kind}.*.{kind_of_event}"
        case ["cmd", _, kind]:
            return f"cmd.*.{kind}"
        case ["alert", _, _, severity]:
            return f"alert.*.*.{severity}"
        case ["report", *_]:
            return "report.*"
        case ["_INBOX", *_] | ["$JS", *_]:
            return "reply"
        case _:
            return "other"


class _Bounded(NatsMetricsSettingsProvider):
    def get_consume_attrs_from_message(self, msg: Any) -> ConsumeAttrs:
        attrs = super().get_consume_attrs_from_message(msg)
        return {**attrs, "destination_name": bounded(attrs["destination_name"])}

    def get_publish_destination_name_from_cmd(self, cmd: Any) -> str:
        return bounded(cmd.destination)


@cache
def bounded_middleware(registry: CollectorRegistry) -> PrometheusMiddleware[Any, Any]:
    """Return FastStream's Prometheus middleware for a registry, once per process."""
    return PrometheusMiddleware(
        settings_provider_factory=lambda _: _Bounded(),
        registry=registry,
        app_name="muster",
    )
