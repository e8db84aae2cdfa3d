"""What is found of one XML signature."""

from typing import Final, NamedTuple

from services.weather.cap.model import Signature

NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"


class Verdict(NamedTuple):
    """What was found of one signature, the deviation that names it, and whose it is."""

    state: Signature
    code: str
    signer: str = ""
    detail: str = ""
