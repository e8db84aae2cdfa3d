"""What may be the address of a feed. Pure."""

from typing import NoReturn
from urllib.parse import urlsplit

from services.decider import Rejected
from services.weather.commands import RegisterFeed


def check_address(command: RegisterFeed) -> None:
    """Raise Rejected for an address that does not go with the adapter."""
    url = command.url
    if command.adapter == "push":
        if url:
            _refuse(command, zh="推送的数据源没有地址", en="what is handed in has no address")
    elif command.adapter == "folder":
        if not is_folder_name(url):
            _refuse(
                command,
                zh=f"{url!r} 不是文件夹名：须为数据源文件夹之下的相对路径",
                en=f"{url!r} is no folder's name: a relative path below the folder of feeds",
            )
    else:
        _check_url(command)


def is_folder_name(name: str) -> bool:
    """Tell whether a name stays below the folder that it is looked up in."""
    parts = name.split("/")
    plain = all(part and not part.startswith(".") and part == part.strip() for part in parts)
    return plain and name.isprintable() and not set(name) & set('\\:*?"<>|')


def _check_url(command: RegisterFeed) -> None:
    try:
        parts = urlsplit(command.url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not command.url.isprintable():
        _refuse(
            command,
            zh=f"{command.url!r} 不是 http:// 或 https:// 地址",
            en=f"{command.url!r} is no http:// or https:// address",
        )
    if parts.username is not None or parts.password is not None:
        _refuse(
            command,
            zh="地址中不能有用户名或密码：日志会永久保存它",
            en="an address holds no name or password: the log would keep it for ever",
        )


def _refuse(command: RegisterFeed, *, zh: str, en: str) -> NoReturn:
    raise Rejected(
        "feed-address",
        zh=f"登记数据源 {command.id}：{zh}",
        en=f"register feed {command.id}: {en}",
        field="url",
    )
