"""The configuration of the embedded nats-server, and what keeps it from starting."""

import json
import stat
from pathlib import Path

import pytest

from services.embedded.config import Folder, Listen, join, reachable, server_config, users
from services.embedded.errors import DataFolderBusy, ServerFailed, explain, preparing
from services.embedded.files import ensure_passwords, tail, write_private
from services.embedded.server import Endpoint

FOLDER = Folder(Path("/srv/应急 data"))
SITES = ("beijing", "yanqing")
PASSWORDS = {name: f"password-of-{name}" for name in users(SITES)}


def config(port: int = 0, monitor_port: int = 0, host: str = "127.0.0.1") -> dict[str, object]:
    return server_config(FOLDER, Listen(host, port, monitor_port), SITES, PASSWORDS, 1 << 30)


def test_every_write_is_fsynced() -> None:
    jetstream = config()["jetstream"]
    assert isinstance(jetstream, dict)
    assert jetstream["sync_interval"] == "always"
    assert jetstream["store_dir"] == "/srv/应急 data"
    assert jetstream["max_file_store"] == 1 << 30


def test_a_port_of_zero_is_chosen_by_the_system() -> None:
    assert config()["listen"] == "127.0.0.1:-1"
    assert config()["http"] == "127.0.0.1:-1"


def test_a_port_once_chosen_is_named() -> None:
    assert config(port=4222, monitor_port=8222)["listen"] == "127.0.0.1:4222"
    assert config(port=4222, monitor_port=8222)["http"] == "127.0.0.1:8222"


def test_monitoring_stays_on_loopback_whatever_the_host() -> None:
    assert config(host="0.0.0.0")["http"] == "127.0.0.1:-1"


def test_a_field_user_may_report_and_hear_the_alerts_of_its_site_only() -> None:
    accounts = config()["accounts"]
    assert isinstance(accounts, dict)
    by_name = {user["user"]: user for user in accounts["APP"]["users"]}
    assert by_name["field-yanqing"] == {
        "user": "field-yanqing",
        "password": "password-of-field-yanqing",
        "permissions": {
            "publish": {"allow": ["report.yanqing", "obs.yanqing.>"]},
            "subscribe": {"allow": ["_INBOX_field_yanqing.>", "alert.yanqing.>"]},
        },
    }
    assert "permissions" not in by_name["muster"]


def test_the_system_account_has_a_user_of_its_own() -> None:
    accounts = config()["accounts"]
    assert isinstance(accounts, dict)
    assert [user["user"] for user in accounts["SYS"]["users"]] == ["sys"]
    assert config()["system_account"] == "SYS"


def test_a_site_that_cannot_stand_in_a_subject_is_refused() -> None:
    passwords = dict.fromkeys(users(["a.>"]), "x")
    with pytest.raises(ValueError, match=r"'a\.>'"):
        server_config(FOLDER, Listen("127.0.0.1", 0, 0), ["a.>"], passwords, 1)


def test_servers_on_different_folders_have_different_names() -> None:
    other = server_config(Folder(Path("/srv/b")), Listen("127.0.0.1", 0, 0), (), PASSWORDS, 1)
    assert other["server_name"] != config()["server_name"]


@pytest.mark.parametrize(
    ("host", "address", "client_host"),
    [
        ("127.0.0.1", "127.0.0.1:4222", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0:4222", "127.0.0.1"),
        ("::1", "[::1]:4222", "::1"),
        ("::", "[::]:4222", "::1"),
    ],
)
def test_addresses(host: str, address: str, client_host: str) -> None:
    assert join(host, 4222) == address
    assert reachable(host) == client_host


def test_passwords_are_made_once_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    first = ensure_passwords(path, ["muster", "field-hq"])
    again = ensure_passwords(path, ["muster", "field-hq"])
    assert again == first
    assert first["muster"] != first["field-hq"]
    assert min(map(len, first.values())) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_site_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    first = ensure_passwords(path, ["muster"])
    second = ensure_passwords(path, ["muster", "field-hq"])
    assert second["muster"] == first["muster"]
    assert set(second) == {"muster", "field-hq"}
    # A site taken out of the settings may come back, with its devices.
    assert ensure_passwords(path, ["muster"]) == second


def test_a_broken_password_file_is_not_silently_replaced(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    path.write_text("{broken")
    with pytest.raises(ServerFailed, match="not JSON"):
        ensure_passwords(path, ["muster"])
    assert path.read_text() == "{broken"


def test_a_private_file_is_replaced_even_when_a_draft_was_left(tmp_path: Path) -> None:
    path = tmp_path / "nats.conf"
    (tmp_path / "nats.conf.new").write_text("half a dra")
    write_private(path, {"listen": "数据"})
    assert json.loads(path.read_text()) == {"listen": "数据"}
    assert not (tmp_path / "nats.conf.new").exists()


def test_an_unchanged_private_file_needs_no_room(tmp_path: Path) -> None:
    path = tmp_path / "nats.conf"
    write_private(path, {"listen": "a"})
    before = path.stat().st_ino
    write_private(path, {"listen": "a"})
    assert path.stat().st_ino == before
    write_private(path, {"listen": "b"})
    assert json.loads(path.read_text()) == {"listen": "b"}


def test_the_tail_of_a_log_begins_where_this_run_began(tmp_path: Path) -> None:
    path = tmp_path / "nats.log"
    path.write_text("an earlier run\n")
    start = path.stat().st_size
    with path.open("a") as file:
        file.write("this run\n")
    assert tail(path, start) == "this run"


def test_the_tail_of_a_rotated_log_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "nats.log"
    path.write_text("after rotation\n")
    assert tail(path, 10_000) == "after rotation"


def test_the_tail_is_bounded_and_missing_files_have_none(tmp_path: Path) -> None:
    path = tmp_path / "nats.log"
    path.write_text("".join(f"line {number}\n" for number in range(10_000)))
    assert tail(path).splitlines()[-1] == "line 9999"
    assert len(tail(path).splitlines()) == 12
    assert tail(tmp_path / "none") == ""


def test_a_port_in_use_is_said_with_the_address() -> None:
    lines = '[1] [INF] Starting\n[1] [FTL] Error listening on port: "bind: address already in use"'
    said = explain("127.0.0.1:4222", Path("/srv/a"), 1 << 30, lines)
    assert said.startswith("start nats-server on 127.0.0.1:4222: another program already listens")
    assert "地址 127.0.0.1:4222 已被其他程序占用" in said
    assert "Starting" not in said


@pytest.mark.parametrize(
    ("free_bytes", "last_lines"),
    [
        (1 << 30, "write: no space left on device"),
        # No room for last words either.
        (0, ""),
    ],
)
def test_a_full_disk_is_said_with_the_folder(free_bytes: int, last_lines: str) -> None:
    said = explain("127.0.0.1:4222", Path("/srv/a"), free_bytes, last_lines)
    assert "no space left on the disk of /srv/a" in said
    assert "/srv/a 所在磁盘已满" in said


def test_anything_else_is_said_in_the_servers_own_words() -> None:
    assert "panic: oh" in explain("127.0.0.1:4222", Path("/srv/a"), 1 << 30, "panic: oh")


def test_what_the_disk_refuses_is_said_with_the_file() -> None:
    with pytest.raises(ServerFailed, match=r"prepare data folder /srv/a: .*full.*/srv/a/x"):  # noqa: SIM117 - one raises, one turns
        with preparing(Path("/srv/a")):
            raise OSError(28, "disk full", "/srv/a/x")


def test_a_busy_folder_is_said_in_english_and_chinese() -> None:
    said = str(DataFolderBusy(Path("/srv/a"), 4711))
    assert "/srv/a: already in use by process 4711" in said
    assert "数据目录 /srv/a 正被进程 4711 使用" in said
    assert "unknown" in str(DataFolderBusy(Path("/srv/a"), None))


def test_the_password_is_not_printed_with_the_endpoint() -> None:
    endpoint = Endpoint("nats://muster:secret@127.0.0.1:4222", "http://127.0.0.1:8222", 1)
    assert "secret" not in repr(endpoint)


@pytest.mark.parametrize(
    ("port", "listens"), [(None, None), (0, "127.0.0.1:-1"), (1883, "127.0.0.1:1883")]
)
def test_mqtt_is_listened_for_only_where_it_is_asked_for(
    port: int | None, listens: str | None
) -> None:
    listen = Listen("127.0.0.1", 4222, 8222, port)
    config = server_config(FOLDER, listen, (), PASSWORDS, 1 << 30)
    assert config.get("mqtt") == (None if listens is None else {"listen": listens})
