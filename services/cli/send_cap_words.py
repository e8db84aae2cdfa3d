"""What `muster cap` says of a warning that was taken."""

from services.cli.language import Said

LEVEL = Said("  {colour}{severity}；{signature}", "  {colour}{severity}; {signature}")
SIGNED_BY = Said("{signature}（{signer}）", "{signature} ({signer})")
VENUE = Said("  {venue}：在岗 {people} 人，{cause}", "  {venue}: {people} on post, {cause}")
AWAY = Said("{cause}，距场馆 {metres} 米", "{cause}, {metres} m from its ground")
SUPERSEDED = Said("  取代预警 {warnings}", "  supersedes {warnings}")
KEPT = Said("{file}：原件摘要 {document}", "{file}: kept as {document}")
COLOURS = {
    "white": Said("白色，", "white, "),
    "blue": Said("蓝色，", "blue, "),
    "yellow": Said("黄色，", "yellow, "),
    "orange": Said("橙色，", "orange, "),
    "red": Said("红色，", "red, "),
}
CAUSES = {
    "polygon": Said("在区域内", "by its outline"),
    "circle": Said("在圆形区域内", "by a circle"),
    "geocode": Said("按地区代码", "by a place's code"),
}
SIGNATURES = {
    "none": Said("没有签名", "not signed"),
    "good": Said("签名有效", "signature good"),
    "untrusted": Said("签名有效，签发者未受信任", "signature fits, signer not trusted here"),
    "weak": Said("签名算法过时", "signed with an outdated algorithm"),
    "bad": Said("签名不符", "signature does not fit"),
    "malformed": Said("签名损坏", "signature malformed"),
}
