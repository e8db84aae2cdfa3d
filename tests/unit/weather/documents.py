"""A small, faultless alert to break on purpose."""

from services.weather.cap import CapMessage, read_cap

ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>A1</identifier>
  <sender>duty@weather.example</sender>
  <sent>2022-02-13T08:00:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>暴雪</event>
    <urgency>Expected</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <expires>2022-02-13T20:00:00+08:00</expires>
    <headline>延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]</headline>
    <area>
      <areaDesc>延庆区</areaDesc>
      <polygon>40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6</polygon>
    </area>
  </info>
</alert>
"""


def changed(*changes: tuple[str, str]) -> bytes:
    """`ALERT` with each first text replaced by the second."""
    document = ALERT
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new)
    return document.encode()


def read_one(body: bytes) -> CapMessage:
    [message] = read_cap(body)
    return message


def codes(body: bytes) -> set[str]:
    """Names of what is odd about the one message in `body`."""
    return {deviation.code for deviation in read_one(body).deviations}
