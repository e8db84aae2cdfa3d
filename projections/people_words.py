"""What the events about people say: shifts, journeys, check-ins, messages."""

from events.care import CareAsked, CareEnded, CareTaken
from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed, DayOpened
from events.details import DetailsRead
from events.fact import Text
from events.journey import (
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from events.message import (
    MessageBegun,
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from events.phase import PhaseDayBegun, PhasePlanned
from events.reach import ReachJudged, ReachTested
from events.rollcall import (
    RollCallExcused,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
)
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from events.volunteer import (
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    PersonErased,
    SwapStepTaken,
    TrainingRecorded,
)
from projections import terms
from projections.moment import iso
from projections.not_sent import explain
from projections.sentence import Sentence, plain, says, span, text, told
from projections.terms import term


def _training(fact: TrainingRecorded) -> Text:
    if fact.valid_until is None:
        return text(f"通过培训 {fact.course}", f"passed course {fact.course}")
    until = iso(fact.valid_until)
    return text(
        f"通过培训 {fact.course}，有效至 {until}", f"passed course {fact.course}, valid to {until}"
    )


def _leave(fact: LeaveApproved) -> Text:
    zh, en = span(fact.starts_at, fact.ends_at)
    return text(f"批准离校：{zh}", f"leave from campus approved: {en}")


def _override(fact: GuardOverridden) -> Text:
    guards = [term(terms.GUARD, guard) for guard in fact.guards]
    zh, en = "、".join(guard.zh for guard in guards), ", ".join(guard.en for guard in guards)
    return told(
        f"班次 {fact.shift} 破例安排（{zh}）", f"shift {fact.shift} against {en}", fact.reason
    )


def _day(fact: PhaseDayBegun) -> Text:
    if not fact.passed_over:
        return text(f"{fact.day} 开始", f"{fact.day} begun")
    days = ", ".join(fact.passed_over)
    return text(f"{fact.day} 开始，停机期间略过 {days}", f"{fact.day} begun, {days} passed over")


def _step(fact: SwapStepTaken) -> Text:
    step = term(terms.SWAP_STEP, fact.step)
    zh, en = f"换班 {fact.swap}：{step.zh}", f"swap {fact.swap}: {step.en}"
    if fact.reason is None:
        return text(zh, en)
    return text(f"{zh}：{fact.reason.zh}", f"{en}: {fact.reason.en}")


def _swap(fact: SwapProposed) -> Text:
    if fact.in_return is None:
        return text(
            f"提议由 {fact.taker} 代 {fact.giver} 的班次 {fact.shift}",
            f"{fact.taker} is asked to stand in for {fact.giver} on shift {fact.shift}",
        )
    return text(
        f"提议换班：{fact.giver} 的 {fact.shift} 与 {fact.taker} 的 {fact.in_return}",
        f"swap proposed: {fact.shift} of {fact.giver} for {fact.in_return} of {fact.taker}",
    )


def _planned(zh: str, en: str, fact: JourneyPlanned | JourneyReplanned) -> tuple[str, str]:
    plan = fact.plan
    when_zh, when_en = span(plan.departs_at, plan.arrives_at)
    people = len(plan.people)
    return (
        f"{zh}：{plan.origin} 至 {plan.destination}，{when_zh}，{people} 人，{plan.vehicle}",
        f"{en}: {plan.origin} to {plan.destination}, {when_en}, {people} people, {plan.vehicle}",
    )


def _chased(fact: DayChased) -> Text:
    to, missing = term(terms.CHASED, str(fact.level)), len(fact.missing)
    return text(f"{missing} 人未打卡，{to.zh}", f"{missing} have not checked in, {to.en}")


def _message(fact: MessageRequested) -> Text:
    purpose = term(terms.PURPOSE, fact.purpose)
    if not fact.channels:
        return text(
            f"无法通知 {fact.person}（{purpose.zh}）：没有联系渠道",
            f"{fact.person} cannot be told ({purpose.en}): no channel",
        )
    channels = ", ".join(fact.channels)
    return text(
        f"通知 {fact.person}（{purpose.zh}，{channels}）",
        f"message to {fact.person} ({purpose.en}, {channels})",
    )


def _not_sent(fact: MessageFailed) -> Text:
    why = explain(fact.reason)
    return text(f"{fact.channel} 未发出：{why.zh}", f"not sent by {fact.channel}: {why.en}")


def _read(fact: DetailsRead) -> Text:
    topic = term(terms.TOPIC, fact.topic)
    return told(f"查阅{topic.zh}", f"{topic.en} read", fact.purpose)


SENTENCES: tuple[Sentence, ...] = (
    says(PhasePlanned, lambda f: text(f"计划阶段：{f.name.zh}", f"phase planned: {f.name.en}")),
    says(PhaseDayBegun, _day),
    says(TrainingRecorded, _training),
    says(LeaveApproved, _leave),
    says(
        LeaveWithdrawn,
        lambda f: told(f"撤销离校批准 {f.leave}", f"leave {f.leave} withdrawn", f.reason),
    ),
    says(GuardOverridden, _override),
    says(SwapStepTaken, _step),
    says(PersonErased, lambda f: told("个人信息已销毁", "personal details erased", f.reason)),
    says(SwapProposed, _swap),
    says(SwapAgreed, lambda f: text(f"{f.person} 同意换班", f"{f.person} agreed to swap")),
    says(
        SwapDeclined,
        lambda f: told(f"{f.person} 拒绝换班", f"{f.person} declined to swap", f.reason),
    ),
    says(SwapDone, plain("换班完成", "swap done")),
    says(SwapFailed, lambda f: text(f"换班未成：{f.reason.zh}", f"no swap: {f.reason.en}")),
    says(CheckInGiven, lambda f: text(f"{f.day} 已打卡", f"checked in for {f.day}")),
    says(
        DayOpened,
        lambda f: text(
            f"{f.day} 每日打卡（{len(f.expected)} 人）",
            f"daily check-in of {f.day} ({len(f.expected)} expected)",
        ),
    ),
    says(DayChased, _chased),
    says(
        DayClosed,
        lambda f: text(
            f"打卡截止：{f.reported} 人已报，{len(f.missing)} 人未报",
            f"day closed: {f.reported} reported, {len(f.missing)} did not",
        ),
    ),
    says(
        CareAsked,
        lambda f: text(
            f"关怀请求：{term(terms.LANE, f.lane).zh}",
            f"care asked for: {term(terms.LANE, f.lane).en}",
        ),
    ),
    says(CareTaken, lambda f: text(f"{f.by} 已接手", f"taken by {f.by}")),
    says(CareEnded, lambda f: text(f"{f.by} 已办结", f"ended by {f.by}")),
    says(JourneyPlanned, lambda f: text(*_planned("计划行程", "journey planned", f))),
    says(
        JourneyReplanned,
        lambda f: told(*_planned("行程改为", "journey changed", f), f.reason),
    ),
    says(JourneyDeparted, lambda f: told("已出发", "departed", f.note)),
    says(
        JourneyArrived,
        lambda f: told(
            f"已抵达 {f.venue}，{len(f.people)} 人",
            f"arrived at {f.venue}, {len(f.people)} people",
            f.note,
        ),
    ),
    says(
        JourneyOverdue,
        lambda f: text(
            f"逾期未到，{len(f.missing)} 人：{f.last_known.zh}",
            f"overdue, {len(f.missing)} people: {f.last_known.en}",
        ),
    ),
    says(JourneyCancelled, lambda f: told("行程取消", "journey cancelled", f.reason)),
    says(MessageRequested, _message),
    says(MessageBegun, lambda f: text(f"正由 {f.channel} 发送", f"being sent by {f.channel}")),
    says(MessageDelivered, lambda f: text(f"已由 {f.channel} 发出", f"sent by {f.channel}")),
    says(MessageFailed, _not_sent),
    says(
        MessageUnknown,
        lambda f: text(f"{f.channel} 是否发出不明", f"whether {f.channel} sent it is not known"),
    ),
    says(
        MessageConfirmed,
        lambda f: text(f"本人经 {f.channel} 确认收到", f"confirmed by {f.channel}"),
    ),
    says(
        ReachTested,
        lambda f: text(
            f"{f.day} 联系渠道测试（{len(f.people)} 人）",
            f"channels tested on {f.day} ({len(f.people)} people)",
        ),
    ),
    says(
        ReachJudged,
        lambda f: text(
            f"{f.day}：{len(f.unproven)} 人可用渠道不足两个，{len(f.unreachable)} 人无法联系",
            f"{f.day}: {len(f.unproven)} with fewer than two channels proven,"
            f" {len(f.unreachable)} out of reach",
        ),
    ),
    says(DetailsRead, _read),
    says(
        RollCallWalkUpAdded,
        lambda f: text(f"现场补入 {f.name or f.person}", f"walk-up added: {f.name or f.person}"),
    ),
    says(
        RollCallExcused,
        lambda f: text(
            f"{f.person} 免答：{term(terms.EXCUSE, f.reason).zh}",
            f"{f.person} excused: {term(terms.EXCUSE, f.reason).en}",
        ),
    ),
    says(
        RollCallReminded,
        lambda f: text(f"第 {f.round} 次催答", f"asked again, round {f.round}"),
    ),
    says(RollCallReopened, lambda f: told("点名重新打开", "roll call reopened", f.reason)),
)
