"""The reasons of every problem a roster may have, by its code: in Chinese and in English."""

FILE = {
    "empty-file": ("文件是空的", "the file is empty"),
    "damaged": (
        "文件损坏，无法读取（{why}），请重新保存",
        "the file is damaged and cannot be read ({why}): save it again",
    ),
    "password": (
        "文件设有密码，请取消密码后另存",
        "the file is protected by a password: save it without one",
    ),
    "xls": (
        "这是旧版 .xls 工作簿，请另存为 .xlsx",
        "this is an old .xls workbook: save it as .xlsx",
    ),
    "not-xlsx": (
        "这不是 .xlsx 工作簿，请另存为 .xlsx 或 .csv",
        "this is no .xlsx workbook: save it as .xlsx or .csv",
    ),
    "open-document": (
        "这是 OpenDocument 表格（.ods），请另存为 .xlsx",
        "this is an OpenDocument spreadsheet (.ods): save it as .xlsx",
    ),
    "pdf": ("这是 PDF，不是表格", "this is a PDF, not a spreadsheet"),
    "picture": ("这是图片，不是表格", "this is a picture, not a spreadsheet"),
    "archive": (
        "这是压缩包，请解压后上传其中的表格",
        "this is an archive: unpack it and send the spreadsheet in it",
    ),
    "web-page": (
        "这是网页或 XML，不是表格，请另存为 .xlsx",
        "this is a web page or XML, not a spreadsheet: save it as .xlsx",
    ),
    "json": (
        "这是 JSON，不是表格；志愿者列表请发送到 POST /volunteers",
        "this is JSON, not a spreadsheet: a list of volunteers goes to POST /volunteers",
    ),
    "not-a-table": (
        "这不是表格，请另存为 .xlsx 或 .csv",
        "this is no spreadsheet: save it as .xlsx or .csv",
    ),
    "unknown-encoding": (
        "第 {line} 行起的文字编码不是 UTF-8、UTF-16 或 GB 18030（GBK），请另存为 UTF-8",
        "from line {line} on the text is not UTF-8, UTF-16 or GB 18030 (GBK): save it as UTF-8",
    ),
    "bad-line": (
        "第 {row} 行起无法分列（{why}），常见原因是引号未闭合",
        "from row {row} on it cannot be parted into columns ({why}): often a quote is not closed",
    ),
    "too-large-unpacked": (
        "解压后有 {mb} MB，超过上限 {most} MB，或压缩比异常",
        "unpacked it has {mb} MB: more than the limit of {most} MB, or packed as no roster is",
    ),
    "too-many-texts": ("文字超过 {most} 条", "it has more than {most} texts"),
    "too-many-columns": ("超过 {most} 列", "it has more than {most} columns"),
    "too-many-rows": ("超过 {most} 行", "it has more than {most} rows"),
    "no-rows": ("表中没有人员", "there is nobody in it"),
}

SHEET = {
    "no-header": (
        "前 {rows} 行中找不到表头；需要编号、姓名、岗位，以及赛区或场馆",
        "no header in the first {rows} rows: an id, a name, a role, and a site or a venue",
    ),
    "missing-column": (
        "缺少“{zh}”列；可用 --map {field}=列名 指明",
        "there is no column for the {en}; name it with --map {field}=HEADER",
    ),
    "mapped-column-missing": (
        "没有名为“{name}”的列（--map {field}={name}）",
        "there is no column called {name} (--map {field}={name})",
    ),
    "unknown-field": (
        "--map 中没有字段 {field}，只有 {known}",
        "--map names no field {field}, there are {known}",
    ),
    "duplicate-column": (
        "与 {other} 列同为“{zh}”，请删去一列或用 --map 指明",
        "it is for the {en}, as column {other} is: remove one, or name the right one with --map",
    ),
    "formula-in-header": ("表头是公式，请改为文字", "the header is a formula: write it as text"),
    "column-ignored": ("此列未读取", "this column is not read"),
    "column-checked-only": (
        "此列只核对，不保存",
        "this column is checked, and not kept",
    ),
    "venue-not-kept": (
        "场馆只用于确定赛区和领队的负责场馆；到岗安排请用排班",
        "the venue tells the site, and what a team leader leads; who is where is planned as shifts",
    ),
    "row-ignored": (
        "合计、说明或签字行，已跳过",
        "a row of totals, remarks or signatures, passed over",
    ),
    "column-unnamed": ("此列没有表头，未读取", "this column has no header, and is not read"),
    "kept-not-sent": (
        "内容不是网址，仅保存供查阅，系统不经此渠道发送；可用 --channel {channel}=网址模板",
        "no URL: kept to be looked up, and nothing is sent by it; see --channel {channel}=URL",
    ),
    "bad-template": (
        "--channel {channel} 的模板不是网址，或含有未知的 {{占位符}}（可用 {known}）",
        "the template of --channel {channel} is no URL, or has an unknown {{place}} ({known})",
    ),
    "sheet-hidden": ("工作表是隐藏的，未读取", "the sheet is hidden, and was not read"),
    "sheet-skipped": (
        "工作表中没有名册的表头，未读取",
        "no header of a roster, so it was not read",
    ),
    "row-hidden": ("此行是隐藏的，仍已读取", "the row is hidden, and was read all the same"),
    "column-hidden": ("此列是隐藏的，仍已读取", "the column is hidden, and was read all the same"),
    "header-repeated": ("重复的表头，已跳过", "the header again, passed over"),
    "columns-swapped": (
        "“{zh}”与 {other} 列“{other_zh}”的内容整列对调了",
        "the {en} and the {other_en} of column {other} have changed places, in the whole column",
    ),
}

CELL = {
    "empty": ("“{zh}”为空", "the {en} is empty"),
    "formula": (
        "单元格是公式，请粘贴为数值",
        "the cell is a formula: paste it as a value",
    ),
    "became-date": (
        "表格把内容变成了日期，请设为文本后重新填写",
        "the spreadsheet made a date of it: format it as text and type it again",
    ),
    "fault": ("单元格显示错误 {shown}", "the cell shows the error {shown}"),
    "merged-cells": (
        "单元格 {merge} 是合并的，请取消合并并逐行填写",
        "the cells {merge} are merged: part them and fill in each row",
    ),
    "merged-outside": (
        "单元格 {merge} 是合并的，不在名册数据内",
        "the cells {merge} are merged, outside of what is read",
    ),
    "spaces": ("多余的空格已去除", "spaces that do not belong were taken out"),
    "full-width": ("全角字符已转为半角", "full-width characters were made half-width"),
    "invisible": ("不可见字符已去除", "characters that are not seen were taken out"),
    "look-alike": (
        "部首符号已换成汉字",
        "parts of characters that only look like whole ones were made whole",
    ),
    "number-as-text": (
        "单元格是小数或科学计数的数字，已按整数读取",
        "a number with decimals or an exponent, read as a whole number",
    ),
    "number-rounded": (
        "数字太长，表格已将其舍入，请设为文本后重新填写",
        "the spreadsheet rounded the long number: format it as text and type it again",
    ),
    "swapped": (
        "“{zh}”与 {other} 列“{other_zh}”的内容似乎对调了",
        "the {en} and the {other_en} of column {other} seem to have changed places",
    ),
    "too-long": (
        "“{zh}”有 {length} 个字符，最多 {most} 个",
        "the {en} has {length} characters, {most} are the most",
    ),
    "bad-id": (
        "编号只能由 1 到 64 个字母、数字、_ 和 - 组成",
        "an id is 1 to 64 letters, digits, _ and -",
    ),
    "identity-number": (
        "这是身份证号码：编号人人可见且永久保存，请用学号或工号",
        "a national identity number: an id is seen by everybody and stays, use another",
    ),
    "phone-as-id": (
        "编号与本人电话相同：编号人人可见且永久保存，请用学号或工号",
        "the id is the person's phone: an id is seen by everybody and stays, use another",
    ),
    "lost-characters": (
        "有字未能保存（成了问号或乱码），请重新填写；生僻字请存为 .xlsx 或 UTF-8",
        "characters were lost, to question marks or nonsense: type it again, in .xlsx or UTF-8",
    ),
    "bad-name": (
        "姓名中没有文字，或像是电话、邮箱",
        "a name has letters, and is no number and no address",
    ),
    "bad-latin": (
        "拼音只能由拉丁字母组成",
        "a name in Latin letters has no other letters, and no digits",
    ),
    "bad-phone": (
        "不是电话号码：手机应为 11 位数字，可带国家代码",
        "no phone number: a Chinese mobile has 11 digits, others begin with + and a country",
    ),
    "several-phones": (
        "有几个电话，请只留一个",
        "several phones: leave one of them",
    ),
    "bad-mail": ("不是邮箱地址", "no mail address"),
    "bad-address": ("不是渠道地址", "no address of a channel"),
    "unknown-site": ("没有站点“{shown}”{like_zh}", "there is no site {shown}{like_en}"),
    "unknown-venue": ("没有场馆“{shown}”{like_zh}", "there is no venue {shown}{like_en}"),
    "unknown-place": (
        "没有站点或场馆“{shown}”{like_zh}",
        "there is no site or venue {shown}{like_en}",
    ),
    "venue-elsewhere": (
        "场馆属于站点 {site}，而本行写的是 {said}",
        "the venue belongs to the site {site}, and this row says {said}",
    ),
    "unknown-role": ("没有岗位“{shown}”{like_zh}", "there is no role {shown}{like_en}"),
    "unknown-language": ("不认识的语言“{shown}”", "the language {shown} is not known"),
    "unknown-lane": ("没有条线“{shown}”{like_zh}", "there is no lane {shown}{like_en}"),
    "unknown-phase": ("没有阶段“{shown}”{like_zh}", "there is no phase {shown}{like_en}"),
    "other-phase": ("本行不属于阶段 {phase}", "the row does not name the phase {phase}"),
    "unknown-channel": (
        "“{shown}”不是渠道的名称",
        "{shown} is no name of a channel",
    ),
    "channel-without-address": (
        "渠道“{shown}”没有地址",
        "there is no address for the channel {shown}",
    ),
    "impossible-date": ("没有这个日期", "there is no such date"),
    "not-a-date": (
        "不是日期，请写成 2022-02-01",
        "no date: write it as 2022-02-01",
    ),
    "date-out-of-range": (
        "日期不合情理，常见原因是空单元格设成了日期格式",
        "the date makes no sense; often an empty cell was formatted as a date",
    ),
    "ends-before-start": ("结束日期早于开始日期", "it ends before it starts"),
    "too-many": ("超过 {most} 项", "there are more than {most}"),
}

PEOPLE = {
    "duplicate-id": (
        "编号与{place}相同",
        "the same id is in {place_en}",
    ),
    "alike-id": (
        "编号与{place}的 {other} 只差大小写或开头的零，常见原因是表格去掉了零，请写成一样",
        "it differs from {other} in {place_en} by capitals or zeros before it: write both alike",
    ),
    "duplicate-person": (
        "姓名和电话与{place}相同",
        "the same name and phone are in {place_en}",
    ),
    "unknown-lead": (
        "名册和表中都没有领队“{shown}”",
        "no lead {shown} on the roster or in the file",
    ),
    "unknown-helper": (
        "名册和表中都没有“{shown}”",
        "nobody called {shown} on the roster or in the file",
    ),
    "ambiguous-person": (
        "有 {count} 人叫“{shown}”，请写编号",
        "{count} people are called {shown}: write the id",
    ),
    "own-lead": ("领队是本人，已留空", "the lead is the person, left empty"),
    "own-helper": ("联系人是本人，已略去", "the person is named as who helps them, left out"),
    "lead-not-on-roster": (
        "“{shown}”不在名册中，与现有记录相同，保留",
        "{shown} is not on the roster, as was said before, and stays",
    ),
    "registered-elsewhere": (
        "此编号已登记在站点 {home}，不能改到 {site}",
        "this id is registered at {home} and cannot move to {site}",
    ),
    "site-not-allowed": (
        "此令牌不含站点 {site}",
        "this token does not take in the site {site}",
    ),
    "erased": (
        "此人的个人信息已被清除，编号不能再用",
        "the person was erased, and the id is not used again",
    ),
}

REASONS: dict[str, tuple[str, str]] = {**FILE, **SHEET, **CELL, **PEOPLE}
