from functools import partial

from hypothesis import given as given_any
from hypothesis import strategies as st

from events.access import AccessRole, TokenCreated, TokenRevoked
from services.access.commands import CreateToken, RevokeToken, TokenCommand
from services.access.decider import TOKEN
from tests.given import Given, lived
from tests.moments import NOON

HASH = "0a" * 32
created = TokenCreated(role="responder", name="Ana's phone", sites=("yanqing",), sha256=HASH)
revoked = TokenRevoked(reason="lost")
given = partial(Given, TOKEN)


def create(role: AccessRole = "responder") -> CreateToken:
    return CreateToken(
        site="hq", id="t1", at=NOON, by="root", role=role, name="Ana's phone", sites=("yanqing",),
        sha256=HASH,
    )  # fmt: skip


def test_whose_token_it_is_and_for_which_lanes_is_kept() -> None:
    command = create().model_copy(update={"lanes": ("mental-health",), "person": "p1"})
    given([]).when(command).then(
        created.model_copy(update={"lanes": ("mental-health",), "person": "p1"})
    )
    given([created]).when(command).rejected("token-exists")


def revoke(reason: str = "lost") -> RevokeToken:
    return RevokeToken(site="hq", id="t1", at=NOON, by="root", reason=reason)


def test_a_token_is_created() -> None:
    given([]).when(create()).then(created)


def test_creating_the_same_token_again_records_nothing() -> None:
    given([created]).when(create()).then()


def test_a_token_id_is_not_given_twice() -> None:
    given([created]).when(create("admin")).rejected("token-exists", naming=["t1"])


def test_a_token_is_revoked() -> None:
    given([created]).when(revoke()).then(revoked)


def test_revoking_twice_records_nothing() -> None:
    given([created, revoked]).when(revoke("stolen")).then()


def test_what_does_not_exist_cannot_be_revoked() -> None:
    given([]).when(revoke()).rejected("unknown-token", naming=["t1"])


def test_a_revoked_token_never_comes_back() -> None:
    given([created, revoked]).when(create()).rejected("token-revoked")


commands = st.lists(
    st.one_of(
        st.builds(create, st.sampled_from(["responder", "admin"])),
        st.builds(revoke, st.sampled_from(["lost", "stolen"])),
    )
)


@given_any(commands)
def test_it_is_created_once_and_revoked_once(commands: list[TokenCommand]) -> None:
    types = [fact.TYPE for fact in lived(TOKEN, commands)]
    assert types in ([], ["created"], ["created", "revoked"])
