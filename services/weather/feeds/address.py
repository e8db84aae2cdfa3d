"""What may be the address of a feed. Pure."""

import re
from ipaddress import IPv4Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from events.fact import Text
from events.feed import Adapter
from services.decider import Rejected
from services.weather.commands import RegisterFeed
from services.weather.feeds.private import may_lead_to

_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]{0,8}|0[0-7]{0,11}|[1-9][0-9]{0,9}")


def check_address(command: RegisterFeed) -> None:
    """Raise Rejected for an address that does not go with the adapter."""
    problem = address_problem(command.adapter, command.url, private=command.private)
    if problem is not None:
        raise Rejected(
            "feed-address",
            zh=f"登记数据源 {command.id}：{problem.zh}",
            en=f"register feed {command.id}: {problem.en}",
            field="url",
        )


def address_problem(adapter: Adapter, url: str, *, private: bool) -> Text | None:
    """Return why an address does not go with an adapter, None if it does.

    What a host's name leads to is judged when it is asked; a host that is an address, at once.
    """
    if adapter == "push":
        return (
            Text(zh="推送的数据源没有地址", en="what is handed in has no address") if url else None
        )
    if adapter == "folder":
        return None if is_folder_name(url) else _no_folder(url)
    return _web(url) or _not_allowed(url, private=private)


def is_folder_name(name: str) -> bool:
    """Tell whether a name stays below the folder that it is looked up in."""
    parts = name.split("/")
    plain = all(part and not part.startswith(".") and part == part.strip() for part in parts)
    return plain and name.isprintable() and not set(name) & set('\\:*?"<>|')


def _no_folder(name: str) -> Text:
    return Text(
        zh=f"{name!r} 不是文件夹名：须为数据源文件夹之下的相对路径",
        en=f"{name!a} is no folder's name: a relative path below the folder of feeds",
    )


def leads_away(host: str, address: str) -> Text:
    """Return what is said of a host at an address where no feed may be."""
    return Text(
        zh=f"{host} 指向不允许的地址 {address}",
        en=f"{host} leads to {address}, an address that it may not lead to",
    )


def _not_allowed(url: str, *, private: bool) -> Text | None:
    host = urlsplit(url).hostname or ""
    if host.rstrip(".") == "localhost":
        address = "127.0.0.1"
    elif (literal := _literal(host)) is None:
        return None
    else:
        address = literal
    return None if may_lead_to(address, private=private) else leads_away(host, address)


def _literal(host: str) -> str | None:
    """Return the address that a host is written as, None for a name.

    Resolvers read one number to four, each decimal, octal or hexadecimal: 127.1 and 0x7f000001.
    """
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        numbers = [_number(part) for part in host.split(".")]
    if len(numbers) > 4 or None in numbers:
        return None
    *bytes_, rest = (number or 0 for number in numbers)
    room = 4 - len(bytes_)
    if any(one > 255 for one in bytes_) or rest >= 256**room:
        return None
    return str(IPv4Address(bytes((*bytes_, *rest.to_bytes(room)))))


def _number(text: str) -> int | None:
    """Return what C reads a number as, None for what is none."""
    if not _NUMBER.fullmatch(text):
        return None
    base = 16 if text[:2].lower() == "0x" else 8 if text[0] == "0" else 10
    return int(text[2:] or "0", 16) if base == 16 else int(text, base)


def _web(url: str) -> Text | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if port == 0:
        host = None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable():
        return Text(
            zh=f"{url!r} 不是 http:// 或 https:// 地址",
            en=f"{url!a} is no http:// or https:// address",
        )
    if parts.username is not None or parts.password is not None:
        return Text(
            zh="地址中不能有用户名或密码：日志会永久保存它",
            en="an address holds no name or password: the log would keep it for ever",
        )
    return None
