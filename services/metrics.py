"""What monitoring scrapes. Labels are bounded: never an id, a subject or a person's words."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """Every metric Muster exports, in one registry."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry: Final = registry or CollectorRegistry()
        self.reports = Counter(
            "muster_reports",
            "Reports taken in, by door and outcome",
            ["door", "outcome"],
            registry=self.registry,
        )
        self.appended = Counter(
            "muster_events_appended", "Events stored and fsynced", registry=self.registry
        )
        self.append_seconds = Histogram(
            "muster_append_seconds",
            "From sending a batch to its acknowledgement",
            buckets=_FAST,
            registry=self.registry,
        )
        self.batch_size = Histogram(
            "muster_append_batch_events",
            "Events that shared one fsync",
            buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
            registry=self.registry,
        )
        self.append_failures = Counter(
            "muster_append_failures",
            "Batches that were not stored",
            ["reason"],
            registry=self.registry,
        )
        self.conflicts = Counter(
            "muster_append_conflicts",
            "Appends that lost a race for their aggregate",
            registry=self.registry,
        )
        self.commands = Counter(
            "muster_commands",
            "Commands decided, by kind and outcome",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self.lag = Gauge(
            "muster_projection_lag_events",
            "Events in the log that the picture has not folded yet",
            registry=self.registry,
        )
        self.checkpoint = Gauge(
            "muster_projection_checkpoint",
            "Sequence of the last event folded",
            registry=self.registry,
        )
        self.duplicates = Counter(
            "muster_log_duplicate_events",
            "Events met a second time in the log and passed over",
            registry=self.registry,
        )
        self.alert_seconds = Histogram(
            "muster_alert_delivery_seconds",
            "From taking the report that led to an alert to writing the alert to a subscriber",
            buckets=_FAST,
            registry=self.registry,
        )
        self.sse_clients = Gauge(
            "muster_sse_clients", "Open live streams", ["stream"], registry=self.registry
        )
        self.sse_dropped = Counter(
            "muster_sse_clients_dropped",
            "Live streams closed because their reader fell behind",
            ["stream"],
            registry=self.registry,
        )
        self.nats_connected = Gauge(
            "muster_nats_connected", "1 while the log can be reached", registry=self.registry
        )
        self.nats_reconnects = Counter(
            "muster_nats_reconnects",
            "Times the connection to the log came back",
            registry=self.registry,
        )
        self.nats_errors = Counter(
            "muster_nats_errors",
            "Errors the connection to the log reported",
            registry=self.registry,
        )
        self.nats_restarts = Counter(
            "muster_nats_server_restarts",
            "Times the embedded nats-server died and was started again",
            registry=self.registry,
        )
        self.deadlines_missed = Counter(
            "muster_deadlines_missed", "Deadlines that fired", ["kind"], registry=self.registry
        )
        self.reactions = Counter(
            "muster_reactions",
            "Events that playbooks looked at, by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.unanswered = Gauge(
            "muster_alerts_unacknowledged", "Alerts nobody owns yet", registry=self.registry
        )
        self.messages = Counter(
            "muster_messages",
            "Messages to people that were ended, by kind of channel and outcome",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.messages_waiting = Gauge(
            "muster_messages_waiting",
            "Messages that have not gone out by every channel yet",
            registry=self.registry,
        )
        self.messages_oldest = Gauge(
            "muster_messages_oldest_waiting_seconds",
            "Age of the oldest message that has not gone out by every channel, 0 without one",
            registry=self.registry,
        )
        self.ready = Gauge(
            "muster_ready",
            "1 while everything in the log is folded and can be written to; /readyz says why not",
            registry=self.registry,
        )
        self.oldest_unanswered = Gauge(
            "muster_alerts_oldest_unacknowledged_seconds",
            "Age of the oldest alert that nobody owns, 0 when there is none",
            registry=self.registry,
        )
        self.need_help = Gauge(
            "muster_need_help", "Calls for help that are not over", registry=self.registry
        )
        self.need_help_oldest = Gauge(
            "muster_need_help_oldest_seconds",
            "Age of the oldest call for help that is not over, 0 when there is none",
            registry=self.registry,
        )
        self.unaccounted = Gauge(
            "muster_roll_calls_unaccounted",
            "People unaccounted for in open roll calls, each call counted by itself",
            registry=self.registry,
        )
        self.missing = Gauge(
            "muster_people_missing",
            "People on shift of whom nothing says that they came",
            registry=self.registry,
        )
        self.check_ins_missing = Gauge(
            "muster_check_ins_missing",
            "People who have not checked in for the newest day of their phase and site",
            registry=self.registry,
        )
        self.feed_age = Gauge(
            "muster_feed_age_seconds",
            "Time since a feed was last heard, or registered, by its id: an admin's choice of few",
            ["feed"],
            registry=self.registry,
        )
        self.feeds_failed = Gauge(
            "muster_feeds_failed",
            "Feeds of which nothing was had for two intervals, or nothing is known for three",
            registry=self.registry,
        )
        self.feed_looks = Counter(
            "muster_feed_looks",
            "Looks at feeds, by adapter and outcome",
            ["adapter", "outcome"],
            registry=self.registry,
        )
        self.feed_documents = Counter(
            "muster_feed_documents",
            "Documents that feeds brought, by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.store_bytes = Gauge(
            "muster_store_bytes",
            "What each store holds: log, documents, keys, mqtt; in whole MiB, rounded up",
            ["store"],
            registry=self.registry,
        )
        self.store_limit = Gauge(
            "muster_store_limit_bytes",
            "What each store may hold; a full one drops nothing and takes nothing more",
            ["store"],
            registry=self.registry,
        )
        self.open_incidents = Gauge(
            "muster_incidents_open", "Incidents that are not over", registry=self.registry
        )


METRICS = Metrics()
