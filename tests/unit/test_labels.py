import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.labels import bounded


@pytest.mark.parametrize(
    ("subject", "label"),
    [
        ("ev.yanqing.incident.3f2a.reported", "ev.*.incident.*.reported"),
        ("cmd.hq.alert", "cmd.*.alert"),
        ("alert.yanqing.alpine.severe", "alert.*.*.severe"),
        ("report.yanqing", "report.*"),
        ("report.a.b.c", "report.*"),
        ("_INBOX.x.y", "reply"),
        ("_INBOX_field_yanqing.x.y", "other"),
        ("$JS.ACK.EV.x", "reply"),
        ("", "other"),
    ],
)
def test_a_label_holds_nothing_that_grows(subject: str, label: str) -> None:
    assert bounded(subject) == label


@given(st.text(), st.text())
def test_sites_and_ids_never_stand_in_a_label(site: str, id: str) -> None:
    assert bounded(f"report.{site}") == "report.*"
    if "." not in site + id:
        assert bounded(f"ev.{site}.run.{id}.started") == "ev.*.run.*.started"
