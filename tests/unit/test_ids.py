import time
from uuid import RFC_4122, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from events.ids import derive
from services.ids import new_id

NAMESPACE = UUID("6d757374-6572-5000-8000-6d7573746572")


@given(st.text(), st.lists(st.text(), max_size=3))
def test_what_follows_has_the_uuid5_of_its_cause(cause: str, what: list[str]) -> None:
    assert derive(cause, *what) == str(uuid5(NAMESPACE, "\x1f".join((cause, *what))))


def test_a_new_id_is_a_uuid7_and_sorts_by_age() -> None:
    older = new_id()
    time.sleep(0.002)
    newer = new_id()
    assert older < newer
    assert {UUID(older).version, UUID(newer).version} == {7}
    assert {UUID(older).variant, UUID(newer).variant} == {RFC_4122}
