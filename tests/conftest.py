"""What all tests share: what never changes is made once in a process, not once a Muster."""

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from httpx import create_ssl_context


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight: it stays to the end anyway.

    Of a million objects, each full collection looked at every one.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Read the built-in playbooks and rules once, and make one key to sign with and one list of
    authorities to trust. A Muster in a process of its own does all of it by itself.
    """
    from services.playbooks.playbook import load_playbooks
    from services.schemas import self_contained
    from services.weather.publishing import signing
    from services.weather.rules.load import load_rules

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.playbooks.app.load_playbooks", _built_in(load_playbooks))
        patch.setattr("services.weather.rules.app.load_rules", _built_in(load_rules))
        patch.setattr("services.node.self_contained", cache(self_contained))
        patch.setattr(signing, "_key", cache(signing._key))
        patch.setattr(signing, "rsa", _OneKey())
        patch.setattr("httpx._transports.default.create_ssl_context", cache(create_ssl_context))
        yield


class _OneKey:
    """RSA as `services.weather.publishing.signing` needs it, where every new key is the same."""

    RSAPrivateKey = rsa.RSAPrivateKey
    generate_private_key = staticmethod(cache(rsa.generate_private_key))


def _built_in(load: Any) -> Any:
    """Return a loader that keeps what lies in the package; what a test writes is read anew."""
    kept = cache(load)
    package = Path(__file__).resolve().parents[1] / "services"

    def loaded(folder: Path) -> Any:
        return kept(folder) if folder.is_relative_to(package) else load(folder)

    return loaded
