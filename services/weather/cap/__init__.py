from services.weather.cap.deviations import DEVIATIONS
from services.weather.cap.endings import ends_warning
from services.weather.cap.model import (
    CapArea,
    CapDocument,
    CapInfo,
    CapLimits,
    CapMessage,
    CapReference,
    CapRefused,
    CapResource,
    Deviation,
)
from services.weather.cap.read import read_cap, read_document

__all__ = [
    "DEVIATIONS",
    "CapArea",
    "CapDocument",
    "CapInfo",
    "CapLimits",
    "CapMessage",
    "CapReference",
    "CapRefused",
    "CapResource",
    "Deviation",
    "ends_warning",
    "read_cap",
    "read_document",
]
