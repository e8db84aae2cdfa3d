"""Which channels a roster may name: those with an address, and the page, which needs none."""

from services.roster.against import Known, Options
from services.roster.parse import parse
from services.roster.plan import Plan, plan
from tests.unit.roster.planted import plan_words

KNOWN = Known({}, lambda _: False, lambda _: True, lambda _: None)
SMS = Options(None, {"sms": "https://sms.example/{phone}"})


def read(channels: str, options: Options = SMS) -> Plan:
    file = f"学号,姓名,岗位,场馆,手机,渠道\nv001,钟雪哲,竞赛,国家体育场,13800000001,{channels}\n"
    words = plan_words()
    return plan(parse(file.encode(), "名册.csv", words), "名册.csv", words, KNOWN, options)


def test_the_page_is_a_channel_without_an_address() -> None:
    for channels, meant in (("page、sms", ("page", "sms")), ("page", ("page",))):
        made = read(channels)
        assert made.errors == []
        [change] = made.changes
        assert change.row.channels == meant


def test_any_other_channel_needs_one() -> None:
    assert [each.code for each in read("page、ding").errors] == ["channel-without-address"]
    assert [each.code for each in read("sms", Options()).errors] == ["channel-without-address"]
