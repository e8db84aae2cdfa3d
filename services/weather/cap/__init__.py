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
from services.weather.cap.signals import (
    SEVERITY_OF_COLOUR,
    Colour,
    Hazard,
    colour_of,
    colour_of_message,
    hazard_of,
)

__all__ = [
    "DEVIATIONS",
    "SEVERITY_OF_COLOUR",
    "CapArea",
    "CapDocument",
    "CapInfo",
    "CapLimits",
    "CapMessage",
    "CapReference",
    "CapRefused",
    "CapResource",
    "Colour",
    "Deviation",
    "Hazard",
    "colour_of",
    "colour_of_message",
    "ends_warning",
    "hazard_of",
    "read_cap",
    "read_document",
]
