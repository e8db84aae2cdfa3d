"""What may be the address of a feed. Pure."""

from urllib.parse import urlsplit

from events.fact import Text
from events.feed import Adapter
from services.decider import Rejected
from services.weather.commands import RegisterFeed


def check_address(command: RegisterFeed) -> None:
    """Raise Rejected for an address that does not go with the adapter."""
    problem = address_problem(command.adapter, command.url)
    if problem is not None:
        raise Rejected(
            "feed-address",
            zh=f"登记数据源 {command.id}：{problem.zh}",
            en=f"register feed {command.id}: {problem.en}",
            field="url",
        )


def address_problem(adapter: Adapter, url: str) -> Text | None:
    """Return why an address does not go with an adapter, None if it does."""
    if adapter == "push":
        return (
            Text(zh="推送的数据源没有地址", en="what is handed in has no address") if url else None
        )
    if adapter == "folder":
        return None if is_folder_name(url) else _no_folder(url)
    return _web(url)


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


def _web(url: str) -> Text | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
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
