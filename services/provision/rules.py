"""What the stream of events must be, setting by setting, and why. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events import subjects as addresses

EVENTS = "EV"

# Earlier servers did not fsync what block compaction wrote, even under `sync_interval: always`.
OLDEST_SERVER = (2, 15, 1)
DUPLICATE_WINDOW_S = 120
NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Weakness:
    """A setting that does not do what the log needs; `why` is in English and Chinese."""

    field: str
    found: object
    required: str
    why: str

    def __str__(self) -> str:
        return f"{self.field}: found {self.found!r}, required {self.required}: {self.why}"


@dataclass(frozen=True)
class Needs:
    """The log's measures. Sizes in bytes; what exists may be larger."""

    max_bytes: int
    max_msg_bytes: int
    replicas: int = 1
    subjects: Sequence[str] = (addresses.ALL,)


@dataclass(frozen=True)
class Rule:
    """One setting: what it must be, in words and as a test."""

    field: str
    required: str
    holds: Callable[[Any], bool]
    why: str


def new_config(stream: str, needs: Needs) -> dict[str, Any]:
    """Return the configuration with which a missing stream is created."""
    return {
        "name": stream,
        "subjects": list(needs.subjects),
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": True,
        "max_bytes": needs.max_bytes,
        "max_msg_size": needs.max_msg_bytes,
        "duplicate_window": DUPLICATE_WINDOW_S * NANOSECONDS,
        "num_replicas": needs.replicas,
    }


def weaknesses(config: Mapping[str, Any], needs: Needs) -> list[Weakness]:
    """Compare a stream's configuration, as JetStream's JSON has it, with what the log needs."""
    return [
        Weakness(rule.field, config.get(rule.field), rule.required, rule.why)
        for rule in (*_FIXED, *_measured(needs))
        if not rule.holds(config.get(rule.field))
    ]


def old_server(version: str) -> list[Weakness]:
    """Compare the version a server names with the oldest one that keeps the promise."""
    if tuple(int(number) for number in re.findall(r"\d+", version)[:3]) >= OLDEST_SERVER:
        return []
    return [
        Weakness(
            "server version",
            version,
            f"at least {'.'.join(map(str, OLDEST_SERVER))}",
            "earlier ones do not fsync everything before they acknowledge"
            " / 更早的版本在确认前并未全部落盘",
        )
    ]


def growth(config: Mapping[str, Any], needs: Needs) -> dict[str, int]:
    """Return the limits that are set but smaller than needed: raising them weakens nothing."""
    wanted = {"max_bytes": needs.max_bytes, "max_msg_size": needs.max_msg_bytes}
    return {name: size for name, size in wanted.items() if 0 < config.get(name, 0) < size}


def unknown(config: Mapping[str, Any]) -> list[str]:
    """Return the settings in use that this version of Muster cannot judge."""
    judged = {rule.field for rule in (*_FIXED, *_measured(Needs(1, 1)))}
    return sorted(
        name for name, value in config.items() if value and name not in judged | _HARMLESS
    )


_HARMLESS = {"name", "description", "metadata", "compression", "placement"} | {
    "mirror_direct",
    "max_consumers",
}


def _is(value: object) -> Callable[[Any], bool]:
    return lambda found: bool(found == value)


def _on(found: Any) -> bool:
    return found is True


def _empty(found: Any) -> bool:
    return not found


def _unlimited(found: Any) -> bool:
    return found is None or found <= 0


def _at_least(least: int) -> Callable[[Any], bool]:
    return lambda found: found is not None and found >= least


def _measured(needs: Needs) -> tuple[Rule, ...]:
    wanted = sorted(needs.subjects)
    return (
        Rule(
            "subjects",
            f"exactly {wanted}",
            lambda found: sorted(found or ()) == wanted,
            "events elsewhere are not stored, and what else is stored is no event"
            " / 其余主题的事件不会被保存，多出的主题则不是事件",
        ),
        Rule(
            "max_bytes",
            f"at least {needs.max_bytes}",
            _at_least(needs.max_bytes),
            "without a limit a full disk stops everything; a smaller one fills too early"
            " / 不设上限会写满磁盘，上限过小会过早写满",
        ),
        Rule(
            "max_msg_size",
            f"at least {needs.max_msg_bytes}",
            _at_least(needs.max_msg_bytes),
            "without a limit one event may be of any size; a smaller one refuses good events"
            " / 不设上限则单个事件可任意大，上限过小会拒绝正常事件",
        ),
        Rule(
            "duplicate_window",
            f"at least {DUPLICATE_WINDOW_S} s, in ns",
            _at_least(DUPLICATE_WINDOW_S * NANOSECONDS),
            "a retry within it is recognised as the same event / 窗口内的重发会被识别为同一事件",
        ),
        Rule(
            "num_replicas",
            f"at least {needs.replicas}",
            _at_least(needs.replicas),
            "fewer copies survive fewer failures / 副本越少，能承受的故障越少",
        ),
    )


_FIXED = (
    Rule("storage", "file", _is("file"), "memory ends with the process / 内存随进程消失"),
    Rule(
        "retention",
        "limits",
        _is("limits"),
        "any other deletes events once they are read / 其他策略会在读取后删除事件",
    ),
    Rule(
        "discard",
        "new",
        _is("new"),
        "a full log must not drop its oldest events / 日志写满时不得丢弃最早的事件",
    ),
    Rule("deny_delete", "true", _on, "events are never deleted / 事件不可删除"),
    Rule("deny_purge", "true", _on, "events are never deleted / 事件不可清空"),
    Rule(
        "allow_rollup_hdrs",
        "false",
        _empty,
        "one header would delete all earlier events / 一个消息头即可删除之前的全部事件",
    ),
    Rule(
        "allow_atomic",
        "true",
        _on,
        "the events of one decision are stored all or none / 一次决定的事件必须全部写入或全不写入",
    ),
    Rule(
        "allow_direct",
        "true",
        _on,
        "retries look for their own event by direct get / 重试需要直接读取来查找自己的事件",
    ),
    Rule("max_age", "0", _empty, "events do not expire / 事件不会过期"),
    Rule("max_msgs", "no limit", _unlimited, "the log is limited in bytes only / 只按字节数限制"),
    Rule(
        "max_msgs_per_subject",
        "no limit",
        _unlimited,
        "an aggregate's history must be whole / 聚合的历史必须完整",
    ),
    Rule(
        "discard_new_per_subject",
        "false",
        _empty,
        "an aggregate's history must be whole / 聚合的历史必须完整",
    ),
    Rule(
        "persist_mode",
        "default",
        lambda found: found in (None, "", "default"),
        "asynchronous writes are acknowledged before they are on the disk"
        " / 异步模式在落盘前就确认写入",
    ),
    Rule("no_ack", "false", _empty, "accepted means acknowledged / 已接受即已确认"),
    Rule("sealed", "false", _empty, "a sealed stream takes no events / 已封存的流不再接收事件"),
    Rule("allow_msg_ttl", "false", _empty, "events do not expire / 事件不会过期"),
    Rule(
        "subject_delete_marker_ttl",
        "0",
        _empty,
        "delete markers are no events / 删除标记不是事件",
    ),
    Rule(
        "allow_msg_schedules",
        "false",
        _empty,
        "schedules silently allow purging / 定时消息会悄悄允许清空",
    ),
    Rule("allow_msg_counter", "false", _empty, "a counter takes no events / 计数流不接收事件"),
    Rule(
        "allow_batched",
        "false",
        _empty,
        "fast-ingest batches are not all or nothing / 快速写入批次不具备原子性",
    ),
    Rule(
        "consumer_limits",
        "none",
        _empty,
        "they may end a durable reader that pauses / 可能会删除暂停的持久消费者",
    ),
    Rule(
        "first_seq",
        "at most 1",
        lambda found: found is None or found <= 1,
        "readers would take the missing start for lost events / 读取方会把缺失的开头当作丢失的事件",
    ),
    Rule(
        "mirror",
        "none",
        _empty,
        "sequences mean something only in the home stream / 序号只在原始流中有意义",
    ),
    Rule(
        "sources",
        "none",
        _empty,
        "sequences mean something only in the home stream / 序号只在原始流中有意义",
    ),
    Rule(
        "republish",
        "none",
        _empty,
        "copies would leave the log unguarded / 副本会在无权限控制的情况下流出",
    ),
    Rule(
        "subject_transform",
        "none",
        _empty,
        "an event must lie where it was written / 事件必须保存在写入时的主题下",
    ),
)
