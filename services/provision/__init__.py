"""What the log needs of NATS: created when missing, compared when there, refused when weaker."""

from services.provision.api import Refused
from services.provision.consumer import ConsumerDrift, ensure_consumer
from services.provision.rules import EVENTS, Weakness
from services.provision.stream import SYNC_NOT_VERIFIED, Provisioned, WeakerLog, provision

__all__ = [
    "EVENTS",
    "SYNC_NOT_VERIFIED",
    "ConsumerDrift",
    "Provisioned",
    "Refused",
    "WeakerLog",
    "Weakness",
    "ensure_consumer",
    "provision",
]
