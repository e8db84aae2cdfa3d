"""What an event says, in one sentence, in Chinese and English."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from events.access import TokenCreated, TokenRevoked
from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.fact import Fact, Text
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentMerged,
    IncidentNoted,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from events.place import SiteRegistered, VenueRegistered
from events.presence import PresenceReported, SafetyReported
from events.report import ReportSetAside
from events.rollcall import RollCallClosed, RollCallOpened
from events.run import ConditionFailed, RunEnded, RunStarted, RunStepEnded
from events.volunteer import (
    ShiftAssigned,
    ShiftCancelled,
    VolunteerChanged,
    VolunteerRegistered,
)
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningUpdated,
    WeatherObserved,
)
from projections import terms
from projections.moment import iso
from projections.terms import term

F = TypeVar("F", bound=Fact)
Sentence: TypeAlias = tuple[type[Fact], Callable[[Any], Text]]


def describe(event: Event) -> Text:
    """Return what an event says. Who said it and when stand beside it, in the entry."""
    return _SENTENCES[type(event.data)](event.data)


def described() -> frozenset[type[Fact]]:
    """Return the kinds of fact that there is a sentence for."""
    return frozenset(_SENTENCES)


def _says(kind: type[F], sentence: Callable[[F], Text]) -> Sentence:
    return kind, sentence


def _plain(zh: str, en: str) -> Callable[[Fact], Text]:
    return lambda _: Text(zh=zh, en=en)


def _told(zh: str, en: str, words: str) -> Text:
    """Return a sentence followed by what a person wrote, if they wrote anything."""
    if not words:
        return Text(zh=zh, en=en)
    return _text(f"{zh}：{words}", f"{en}: {words}")


def _text(zh: str, en: str) -> Text:
    """Return a text within the limit of `Words`."""
    return Text(zh=zh[:4000], en=en[:4000])


def _where(venue: str | None) -> tuple[str, str]:
    return (f"，{venue}", f" at {venue}") if venue else ("", "")


def _span(starts_at: datetime, ends_at: datetime) -> tuple[str, str]:
    return f"{iso(starts_at)} 至 {iso(ends_at)}", f"{iso(starts_at)} to {iso(ends_at)}"


def _volunteer(zh: str, en: str) -> Callable[[VolunteerRegistered | VolunteerChanged], Text]:
    def sentence(fact: VolunteerRegistered | VolunteerChanged) -> Text:
        role = term(terms.ROLE, fact.role)
        return _text(f"{zh}：{fact.name}，{role.zh}", f"{en}: {fact.latin}, {role.en}")

    return sentence


def _shift(fact: ShiftAssigned) -> Text:
    zh, en = _span(fact.starts_at, fact.ends_at)
    return _text(f"排班：{fact.venue}，{zh}", f"shift planned at {fact.venue}, {en}")


def _presence(fact: PresenceReported) -> Text:
    state, method = term(terms.WHEREABOUTS, fact.whereabouts), term(terms.METHOD, fact.method)
    zh, en = _where(fact.venue)
    return _text(f"{state.zh}{zh}（{method.zh}）", f"{state.en}{en} ({method.en})")


def _safety(fact: SafetyReported) -> Text:
    method = term(terms.METHOD, fact.method)
    zh, en = _where(fact.venue)
    safe = fact.answer == "safe"
    return _text(
        f"{'报平安' if safe else '需要帮助'}{zh}（{method.zh}）",
        f"{'safe' if safe else 'needs help'}{en} ({method.en})",
    )


def _reported(fact: IncidentReported) -> Text:
    what, bad = term(terms.CATEGORY, fact.category), term(terms.SEVERITY, fact.severity)
    zh, en = _where(fact.venue)
    return _told(
        f"上报事件，{what.zh}，{bad.zh}{zh}", f"reported: {what.en}, {bad.en}{en}", fact.text
    )


def _triaged(fact: IncidentTriaged) -> Text:
    what, bad = term(terms.CATEGORY, fact.category), term(terms.SEVERITY, fact.severity)
    return Text(zh=f"研判为{what.zh}，{bad.zh}", en=f"triaged as {what.en}, {bad.en}")


def _message(
    zh: str, en: str
) -> Callable[[WarningIssued | WarningUpdated | WarningCancelled], Text]:
    def sentence(fact: WarningIssued | WarningUpdated | WarningCancelled) -> Text:
        name = _headline(fact.message)
        sender = fact.message.sender
        return _text(f"{zh}（{sender}）：{name.zh}", f"{en} by {sender}: {name.en}")

    return sentence


def _headline(message: WarningMessage) -> Text:
    """Return what the sender wrote, in each language or in the one there is."""
    said = {text.language.lower()[:2]: text.headline or text.event for text in message.texts}
    any_language = next(iter(said.values()), message.hazard or message.identifier)
    return _text(said.get("zh", any_language), said.get("en", any_language))


def _observed(fact: WeatherObserved) -> Text:
    measured = [
        (value, zh, en, unit)
        for value, zh, en, unit in (
            (fact.temperature_c, "气温", "temperature", "°C"),
            (fact.wind_ms, "风速", "wind", "m/s"),
            (fact.gust_ms, "阵风", "gusts", "m/s"),
            (fact.visibility_m, "能见度", "visibility", "m"),
            (fact.snow_depth_cm, "积雪深度", "snow", "cm"),
        )
        if value is not None
    ]
    zh = "，".join(["天气实况", *(f"{zh} {value:g} {unit}" for value, zh, _, unit in measured)])
    en = ", ".join(["observed", *(f"{en} {value:g} {unit}" for value, _, en, unit in measured)])
    return _told(zh, en, fact.text)


def _alert_raised(fact: AlertRaised) -> Text:
    bad, told = term(terms.SEVERITY, fact.severity), len(fact.way_up[0].to)
    return _text(
        f"发出警报（{bad.zh}，通知 {told} 个对象）：{fact.title.zh}",
        f"alert raised ({bad.en}, {told} told): {fact.title.en}",
    )


def _roll_closed(fact: RollCallClosed) -> Text:
    missing = len(fact.unaccounted)
    return _told(
        f"点名结束：平安 {fact.safe}，需要帮助 {fact.need_help}，未联系上 {missing}",
        f"roll call closed: {fact.safe} safe, {fact.need_help} need help, {missing} unaccounted",
        fact.note,
    )


def _step_ended(fact: RunStepEnded) -> Text:
    outcome = term(terms.OUTCOME, fact.outcome)
    return _told(f"步骤 {fact.step} {outcome.zh}", f"step {fact.step} {outcome.en}", fact.note)


def _deadline(zh: str, en: str) -> Callable[[DeadlineSet | DeadlineMissed], Text]:
    def sentence(fact: DeadlineSet | DeadlineMissed) -> Text:
        name, due = term(terms.DEADLINE, fact.name), iso(fact.due_at)
        return Text(zh=f"{name.zh}{zh}：{due}", en=f"{name.en} {en}: {due}")

    return sentence


def _deadline_met(fact: DeadlineMet) -> Text:
    name = term(terms.DEADLINE, fact.name)
    return Text(zh=f"{name.zh}不再等待", en=f"{name.en} is no longer waited for")


_SENTENCES: dict[type[Fact], Callable[[Any], Text]] = dict(
    (
        _says(SiteRegistered, lambda f: _text(f"登记站点：{f.name.zh}", f"site: {f.name.en}")),
        _says(VenueRegistered, lambda f: _text(f"登记场馆：{f.name.zh}", f"venue: {f.name.en}")),
        _says(VolunteerRegistered, _volunteer("登记志愿者", "registered")),
        _says(VolunteerChanged, _volunteer("更新资料", "changed")),
        _says(ShiftAssigned, _shift),
        _says(
            ShiftCancelled,
            lambda f: _told(f"取消排班 {f.shift}", f"shift {f.shift} cancelled", f.reason),
        ),
        _says(PresenceReported, _presence),
        _says(SafetyReported, _safety),
        _says(IncidentReported, _reported),
        _says(IncidentTriaged, _triaged),
        _says(IncidentAssigned, lambda f: _text(f"指派给 {f.to}", f"assigned to {f.to}")),
        _says(IncidentAccepted, lambda f: _text(f"{f.by} 已接手", f"accepted by {f.by}")),
        _says(IncidentContained, lambda f: _told("事态已控制", "contained", f.note)),
        _says(IncidentResolved, lambda f: _told("已处置完毕", "resolved", f.note)),
        _says(IncidentClosed, lambda f: _told("已关闭", "closed", f.note)),
        _says(IncidentReopened, lambda f: _told("重新打开", "reopened", f.reason)),
        _says(IncidentMerged, lambda f: _text(f"并入事件 {f.into}", f"merged into {f.into}")),
        _says(IncidentNoted, lambda f: _told("补充情况", "noted", f.text)),
        _says(WarningIssued, _message("发布预警", "warning issued")),
        _says(WarningUpdated, _message("更新预警", "warning updated")),
        _says(WarningCancelled, _message("解除预警", "warning cancelled")),
        _says(
            WarningExpired,
            lambda f: _text(
                f"预警到期失效：{iso(f.expires)}", f"warning expired: {iso(f.expires)}"
            ),
        ),
        _says(WeatherObserved, _observed),
        _says(AlertRaised, _alert_raised),
        _says(
            AlertAcknowledged,
            lambda f: _told(f"{f.by} 已确认警报", f"alert acknowledged by {f.by}", f.comment),
        ),
        _says(
            AlertEscalated,
            lambda f: _text(
                f"无人应答，升级到第 {f.level} 级，通知 {len(f.to)} 个对象",
                f"nobody answered: escalated to level {f.level}, {len(f.to)} told",
            ),
        ),
        _says(AlertClosed, lambda f: _told("警报结束", "alert closed", f.reason)),
        _says(
            RollCallOpened,
            lambda f: _text(
                f"开始点名（{len(f.expected)} 人）：{f.title.zh}",
                f"roll call opened ({len(f.expected)} expected): {f.title.en}",
            ),
        ),
        _says(RollCallClosed, _roll_closed),
        _says(
            RunStarted,
            lambda f: _text(f"启动预案：{f.name.zh}", f"playbook started: {f.name.en}"),
        ),
        _says(RunStepEnded, _step_ended),
        _says(RunEnded, _plain("预案执行完毕", "playbook ended")),
        _says(
            ConditionFailed,
            lambda f: _told(
                f"预案 {f.playbook} 的条件无法判断",
                f"condition of playbook {f.playbook} could not be evaluated",
                f.reason,
            ),
        ),
        _says(DeadlineSet, _deadline("已设定", "set")),
        _says(DeadlineMet, _deadline_met),
        _says(DeadlineMissed, _deadline("已过", "missed")),
        _says(TokenCreated, lambda f: _text(f"发放令牌：{f.name}", f"token created: {f.name}")),
        _says(TokenRevoked, lambda f: _told("令牌作废", "token revoked", f.reason)),
        _says(
            ReportSetAside,
            lambda f: _told(f"报告搁置（{f.field}）", f"report set aside ({f.field})", f.reason),
        ),
    )
)
