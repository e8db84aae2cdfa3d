"""Every limit and every address in one place, set by environment variables `MUSTER_<NAME>`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.log.wire import BATCH_MAX


class Limits(BaseSettings):
    """What is too much, and gets a clear answer instead of being tried."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_LIMIT_")

    body_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024
    """The largest request body, and the largest CAP document."""
    roster_bytes: Annotated[int, Field(ge=1024)] = 32 * 1024 * 1024
    """The largest file that a roster is imported from."""
    reports_per_request: Annotated[int, Field(ge=1, le=10_000)] = 1000
    events_per_batch: Annotated[int, Field(ge=1, le=BATCH_MAX)] = 500
    events_waiting: Annotated[int, Field(ge=1)] = 50_000
    """Events in line for the log before reports are answered with 503."""
    future_s: Annotated[int, Field(ge=0)] = 300
    """How far ahead of ours a reporter's clock may be, in seconds; within it the time is ours."""
    past_days: Annotated[int, Field(ge=1)] = 366
    sse_clients: Annotated[int, Field(ge=1)] = 2000
    sse_backlog: Annotated[int, Field(ge=1)] = 10_000
    """Events a live stream may be behind before it is closed and must resume."""
    event_page: Annotated[int, Field(ge=1, le=10_000)] = 1000
    connections: Annotated[int, Field(ge=1)] = 4000
    commands_waiting_s: float = 10.0
    """How long a command may take to be decided, in seconds."""
    sends_at_once: Annotated[int, Field(ge=1, le=1000)] = 16
    """Messages that are being sent by one kind of channel; for `http(s)`, to one host."""
    sends_per_s: Annotated[float, Field(gt=0)] = 50.0
    """Messages a second by one kind of channel; for `http(s)`, to one host."""
    send_timeout_s: Annotated[float, Field(gt=0, le=300)] = 10.0
    """How long a channel may take over one message, in seconds."""
    feeds: Annotated[int, Field(ge=0, le=1000)] = 100
    """Feeds that are followed."""
    feed_bytes: Annotated[int, Field(ge=1024)] = 16 * 1024 * 1024
    """The largest answer of a feed; of a document that it links, `body_bytes`."""
    feed_timeout_s: Annotated[float, Field(gt=0, le=300)] = 20.0
    """How long an answer may take as a whole, with all its redirects, in seconds."""
    feed_documents: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Linked documents that are fetched in one look at a feed."""

    @property
    def future(self) -> timedelta:
        """`future_s` as a duration."""
        return timedelta(seconds=self.future_s)

    @property
    def past(self) -> timedelta:
        """`past_days` as a duration."""
        return timedelta(days=self.past_days)


class Settings(BaseSettings):
    """How one Muster process runs."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_")

    data: Path = Path("muster-data")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    nats_port: Annotated[int, Field(ge=0, le=65535)] = 0
    nats: str | None = None
    """Use this nats-server instead of an embedded one; several of one cluster with commas."""
    nats_monitor: str | None = None
    """Its monitoring address, to see that it fsyncs every write; several with commas."""
    replicas: Annotated[int, Field(ge=1, le=5)] = 1
    log_max_bytes: Annotated[int, Field(ge=1 << 20)] = 4 << 30
    documents_max_bytes: Annotated[int, Field(ge=1 << 20)] = 2 << 30
    """Of the documents kept as they were sent; beyond it no further one is taken."""
    mqtt_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """The embedded nats-server takes MQTT here, for weather stations; 0 is any free port, none is
    no MQTT."""
    mqtt_host: str = "127.0.0.1"
    """Where MQTT listens; beyond this machine it wants TLS in front of it."""
    stations: Path | None = None
    """A YAML file that lists which station measures for which venue."""
    plan: str | None = None
    """A plan file, the name of a built-in one, or none."""
    feed_folders: Path | None = None
    """The folder in which feeds that are folders lie; `feeds` in the data folder by default."""
    playbooks: Path | None = None
    """A folder of playbooks instead of those that come with Muster."""
    geocodes: Path | None = None
    """A file, or a folder of files, that says where the places are that warnings name by a code."""
    trust: Path | None = None
    """A folder of certificates whose signatures under warnings are trusted, and of authorities'."""
    rules: Path | None = None
    """A folder of weather rules instead of those that come with Muster."""
    channels: str = ""
    """Schemes of the addresses that messages may be sent to, with commas: `https,wecombot=2/0.3`
    (two at a time, 0.3 a second). None by default: then messages are on people's pages only."""
    public_url: str | None = None
    """Where people reach the gateway: the links in messages begin with it."""
    cap_sender: Annotated[str, Field(pattern=r"^[^\s,<&]{0,100}$")] = ""
    """The sender of the warnings that Muster publishes, such as `warnings@example.org`: no blank,
    comma, `<` or `&`. Empty: a name made of the certificate, which no other Muster has."""
    cap_public: bool = False
    """Everybody may read the feed of what is published, and the documents, without a token."""
    cap_key: str | None = None
    """The private key that is signed with, PEM or a file of it; else all processes share one."""
    cap_cert: str | None = None
    """Its certificate, PEM or a file of it. It goes with `cap_key`: both or none."""
    log_level: str = "info"
    """`debug` follows every report through every hop by its correlation id."""
    limits: Limits = Field(default_factory=Limits)
