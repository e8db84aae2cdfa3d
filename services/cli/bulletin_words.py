"""What the commands about bulletins say, in both languages."""

from services.cli.language import Said

DRAFTED = Said(
    "公告 {id} 草稿 {draft} 已写，须由另一人批准：muster bulletin approve {id} --draft {draft}",
    "bulletin {id}, draft {draft}, waits for another person: "
    "muster bulletin approve {id} --draft {draft}",
)
OUT = Said("公告 {id} 已对外发布：{identifier}", "bulletin {id} is out: {identifier}")
GOING_OUT = Said("公告 {id} 正在发布", "bulletin {id} is going out")
DECLINED = Said("公告 {id} 草稿 {draft} 已否决", "bulletin {id}: draft {draft} is declined")
MISSING = Said(
    "来源中没有这些文本：{names}。请用 --set 补充，例如 --set {first}=…",
    "the source does not say {names}: add them with --set, for example --set {first}=...",
)
NO_BULLETINS = Said("没有公告", "no bulletins")
NOTHING_OUT = Said("尚未对外发布", "nothing is published")
NOT_SET = Said("{value} 应为 字段=值，例如 headline.en=…", "{value}: field=value is wanted")
NOT_CONTENT = Said("{file} 应为公告的各字段", "{file}: the fields of a bulletin are wanted")
BOTH_REASONS = Said("理由须有中文和英文", "a reason is said in Chinese and in English")
DRAFT = Said("草稿 {draft}（{move}），{by}，{at}", "draft {draft} ({move}) by {by}, {at}")
APPROVED = Said("  批准：{by}，{at} {comment}", "  approved by {by}, {at} {comment}")
NOT_APPROVED = Said("  否决：{by}，{at} {comment}", "  declined by {by}, {at} {comment}")
WAITS = Said("  待另一人批准", "  waits for another person")
MESSAGE = Said("已发布 {identifier}，{sent}", "published {identifier}, {sent}")
STATUS = {
    "waiting": Said("待批准", "waits for approval"),
    "approved": Said("发布中", "going out"),
    "published": Said("已发布", "published"),
    "cancelled": Said("已解除", "cancelled"),
    "declined": Said("已否决", "declined"),
    "expired": Said("已失效", "expired"),
}
MOVES = {
    "issue": Said("发布", "issue"),
    "update": Said("更新", "update"),
    "cancel": Said("解除", "cancel"),
}
COLUMNS = {
    "id": Said("编号", "id"),
    "status": Said("状态", "status"),
    "draft": Said("草稿", "draft"),
    "severity": Said("等级", "severity"),
    "headline": Said("标题", "headline"),
    "expires": Said("失效", "expires"),
    "source": Said("来源", "source"),
    "updated": Said("更新", "updated"),
    "title": Said("标题", "title"),
    "link": Said("地址", "address"),
}
