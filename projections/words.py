"""What an event says, in one sentence, in Chinese and English."""

from collections.abc import Callable
from typing import Any

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
from events.run import ConditionFailed, RunAwaited, RunEnded, RunStarted, RunStepEnded
from events.volunteer import (
    ShiftAssigned,
    ShiftCancelled,
    VolunteerChanged,
    VolunteerRegistered,
)
from projections import terms
from projections.moment import iso
from projections.people_words import SENTENCES
from projections.sentence import plain, says, span, text, told, where
from projections.terms import term
from projections.weather_words import WEATHER_SENTENCES


def describe(event: Event) -> Text:
    """Return what an event says. Who said it and when stand beside it, in the entry."""
    return _SENTENCES[type(event.data)](event.data)


def described() -> frozenset[type[Fact]]:
    """Return the kinds of fact that there is a sentence for."""
    return frozenset(_SENTENCES)


def _volunteer(zh: str, en: str) -> Callable[[VolunteerRegistered | VolunteerChanged], Text]:
    def sentence(fact: VolunteerRegistered | VolunteerChanged) -> Text:
        role = term(terms.ROLE, fact.role)
        return text(f"{zh}：{fact.name}，{role.zh}", f"{en}: {fact.latin}, {role.en}")

    return sentence


def _shift(fact: ShiftAssigned) -> Text:
    zh, en = span(fact.starts_at, fact.ends_at)
    return text(f"排班：{fact.venue}，{zh}", f"shift planned at {fact.venue}, {en}")


def _presence(fact: PresenceReported) -> Text:
    state, method = term(terms.WHEREABOUTS, fact.whereabouts), term(terms.METHOD, fact.method)
    zh, en = where(fact.venue)
    return text(f"{state.zh}{zh}（{method.zh}）", f"{state.en}{en} ({method.en})")


def _safety(fact: SafetyReported) -> Text:
    method = term(terms.METHOD, fact.method)
    zh, en = where(fact.venue)
    safe = fact.answer == "safe"
    return text(
        f"{'报平安' if safe else '需要帮助'}{zh}（{method.zh}）",
        f"{'safe' if safe else 'needs help'}{en} ({method.en})",
    )


def _reported(fact: IncidentReported) -> Text:
    what, bad = term(terms.CATEGORY, fact.category), term(terms.SEVERITY, fact.severity)
    zh, en = where(fact.venue)
    return told(
        f"上报事件，{what.zh}，{bad.zh}{zh}", f"reported: {what.en}, {bad.en}{en}", fact.text
    )


def _triaged(fact: IncidentTriaged) -> Text:
    what, bad = term(terms.CATEGORY, fact.category), term(terms.SEVERITY, fact.severity)
    return Text(zh=f"研判为{what.zh}，{bad.zh}", en=f"triaged as {what.en}, {bad.en}")


def _alert_raised(fact: AlertRaised) -> Text:
    bad, told = term(terms.SEVERITY, fact.severity), len(fact.way_up[0].to)
    return text(
        f"发出警报（{bad.zh}，通知 {told} 个对象）：{fact.title.zh}",
        f"alert raised ({bad.en}, {told} told): {fact.title.en}",
    )


def _roll_closed(fact: RollCallClosed) -> Text:
    missing = len(fact.unaccounted)
    return told(
        f"点名结束：平安 {fact.safe}，需要帮助 {fact.need_help}，未联系上 {missing}",
        f"roll call closed: {fact.safe} safe, {fact.need_help} need help, {missing} unaccounted",
        fact.note,
    )


def _step_ended(fact: RunStepEnded) -> Text:
    outcome = term(terms.OUTCOME, fact.outcome)
    return told(f"步骤 {fact.step} {outcome.zh}", f"step {fact.step} {outcome.en}", fact.note)


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
        *SENTENCES,
        *WEATHER_SENTENCES,
        says(SiteRegistered, lambda f: text(f"登记站点：{f.name.zh}", f"site: {f.name.en}")),
        says(VenueRegistered, lambda f: text(f"登记场馆：{f.name.zh}", f"venue: {f.name.en}")),
        says(VolunteerRegistered, _volunteer("登记志愿者", "registered")),
        says(VolunteerChanged, _volunteer("更新资料", "changed")),
        says(ShiftAssigned, _shift),
        says(
            ShiftCancelled,
            lambda f: told(f"取消排班 {f.shift}", f"shift {f.shift} cancelled", f.reason),
        ),
        says(PresenceReported, _presence),
        says(SafetyReported, _safety),
        says(IncidentReported, _reported),
        says(IncidentTriaged, _triaged),
        says(IncidentAssigned, lambda f: text(f"指派给 {f.to}", f"assigned to {f.to}")),
        says(IncidentAccepted, lambda f: text(f"{f.by} 已接手", f"accepted by {f.by}")),
        says(IncidentContained, lambda f: told("事态已控制", "contained", f.note)),
        says(IncidentResolved, lambda f: told("已处置完毕", "resolved", f.note)),
        says(IncidentClosed, lambda f: told("已关闭", "closed", f.note)),
        says(IncidentReopened, lambda f: told("重新打开", "reopened", f.reason)),
        says(IncidentMerged, lambda f: text(f"并入事件 {f.into}", f"merged into {f.into}")),
        says(IncidentNoted, lambda f: told("补充情况", "noted", f.text)),
        says(AlertRaised, _alert_raised),
        says(
            AlertAcknowledged,
            lambda f: told(f"{f.by} 已确认警报", f"alert acknowledged by {f.by}", f.comment),
        ),
        says(
            AlertEscalated,
            lambda f: text(
                f"无人应答，升级到第 {f.level} 级，通知 {len(f.to)} 个对象",
                f"nobody answered: escalated to level {f.level}, {len(f.to)} told",
            ),
        ),
        says(AlertClosed, lambda f: told("警报结束", "alert closed", f.reason)),
        says(
            RollCallOpened,
            lambda f: text(
                f"开始点名（{len(f.expected)} 人）：{f.title.zh}",
                f"roll call opened ({len(f.expected)} expected): {f.title.en}",
            ),
        ),
        says(RollCallClosed, _roll_closed),
        says(
            RunAwaited,
            lambda f: text(
                f"预案待启动（{iso(f.due_at)}）：{f.name.zh}",
                f"playbook waits until {iso(f.due_at)}: {f.name.en}",
            ),
        ),
        says(
            RunStarted,
            lambda f: text(f"启动预案：{f.name.zh}", f"playbook started: {f.name.en}"),
        ),
        says(RunStepEnded, _step_ended),
        says(RunEnded, plain("预案执行完毕", "playbook ended")),
        says(
            ConditionFailed,
            lambda f: told(
                f"预案 {f.playbook} 的条件无法判断",
                f"condition of playbook {f.playbook} could not be evaluated",
                f.reason,
            ),
        ),
        says(DeadlineSet, _deadline("已设定", "set")),
        says(DeadlineMet, _deadline_met),
        says(DeadlineMissed, _deadline("已过", "missed")),
        says(TokenCreated, lambda f: text(f"发放令牌：{f.name}", f"token created: {f.name}")),
        says(TokenRevoked, lambda f: told("令牌作废", "token revoked", f.reason)),
        says(
            ReportSetAside,
            lambda f: told(f"报告搁置（{f.field}）", f"report set aside ({f.field})", f.reason),
        ),
    )
)
