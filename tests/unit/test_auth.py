import pytest

from events.access import AccessRole, TokenCreated, TokenRevoked
from events.envelope import Event
from services.auth import Grant, Grants, bearer, hash_of, new_token
from tests.unit.projections.build import said

ROLES: dict[AccessRole, set[AccessRole]] = {
    "reporter": {"reporter"},
    "responder": {"reporter", "responder"},
    "commander": {"reporter", "responder", "commander", "monitor"},
    "monitor": {"monitor"},
    "admin": {"reporter", "responder", "commander", "monitor", "admin"},
}


def created(id: str, secret: str, *sites: str, role: AccessRole = "reporter") -> Event:
    fact = TokenCreated(role=role, name=id, sites=sites, sha256=hash_of(secret))
    return said(fact, id, site="hq")


def folded(*events: Event) -> Grants:
    grants = Grants()
    for event in events:
        grants.apply(event)
    return grants


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_act_as_itself_and_those_below(role: AccessRole) -> None:
    grant = Grant("t", role, "x", None)
    assert {other for other in ROLES if grant.may(other)} == ROLES[role]


def test_a_token_opens_its_own_grant_until_it_is_revoked() -> None:
    grants = folded(created("one", "s1", "yanqing"), created("two", "s2"))
    one, two = grants.find("s1"), grants.find("s2")
    assert one is not None
    assert two is not None
    assert one.sites == frozenset({"yanqing"})
    assert (one.sees("yanqing"), one.sees("hq")) == (True, False)
    assert (two.sites, two.sees("hq")) == (None, True)
    assert grants.find("s3") is grants.find("") is None
    grants.apply(said(TokenRevoked(reason="lost"), "one", site="hq"))
    assert grants.find("s1") is None
    assert (grants.holds(one), grants.holds(two)) == (False, True)
    assert (grants.was_revoked("s1"), grants.was_revoked("s2")) == (True, False)
    assert grants.all() == [two]


def test_no_role_brings_a_lane_with_it() -> None:
    fact = TokenCreated(
        role="reporter", name="x", sha256=hash_of("s"), lanes=("mental-health",), person="p1"
    )
    found = folded(said(fact, "one", site="hq")).find("s")
    assert found is not None
    assert (found.lanes, found.person) == (frozenset({"mental-health"}), "p1")
    for role in ROLES:
        plain = folded(created("two", "s2", role=role)).find("s2")
        assert plain is not None
        assert (plain.lanes, plain.person) == (frozenset(), None)


def test_a_grant_takes_in_what_reaches_no_further() -> None:
    everything = Grant("a", "admin", "a", None)
    both = Grant("b", "admin", "b", frozenset({"yanqing", "hq"}))
    one = Grant("c", "admin", "c", frozenset({"hq"}))
    assert everything.takes_in(everything)
    assert both.takes_in(one)
    assert not one.takes_in(both)
    assert not one.takes_in(everything)


def test_only_the_bearer_scheme_is_a_token() -> None:
    assert bearer("Bearer x") == bearer("bearer  x ") == "x"
    for header in (None, "", "Bearer", "Bearer ", "Basic x", "x"):
        assert bearer(header) is None


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_token() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) > 40 and secret.startswith("mst_") for secret in secrets)
