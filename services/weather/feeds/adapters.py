"""How the answer of each kind of feed is read. Pure."""

from events.feed import Adapter
from services.weather.feeds.lists import read_geojson, read_list
from services.weather.feeds.pages import read_page
from services.weather.feeds.reading import CAP_TYPE, Found, Reading, Unreadable, is_blank, is_html
from services.weather.feeds.syndicated import read_syndicated


def read_answer(adapter: Adapter, body: bytes, base: str) -> Reading:
    """Return what a feed's answer says; `base` is the address it came from in the end.

    Raises:
        Unreadable: it is not what such a feed gives, such as a page that says that something is
            wrong.
        ValueError: nothing is fetched for the adapter.
    """
    if is_blank(body):
        return Reading(0)
    if adapter == "index":
        return read_page(body, base)
    if is_html(body):
        raise Unreadable(zh="返回的是网页", en="it answers with a page for people")
    match adapter:
        case "atom" | "rss":
            return read_syndicated(body, base)
        case "nws":
            return read_geojson(body)
        case "cma":
            return read_list(body)
        case "cap":
            return Reading(1, (Found(body, CAP_TYPE),), whole=True)
        case _:
            raise ValueError(f"read an answer: {adapter} is not fetched")
