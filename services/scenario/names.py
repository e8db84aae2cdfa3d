"""Chinese names made up from a surname and one or two given characters, with their romanisation.

Whoever bears such a name does so by chance. Only characters with one reading in names are used, so
that the romanisation (GB/T 28039: surname first, given name in one word, an apostrophe before a
vowel inside it) is right.
"""

from random import Random
from typing import Final

# Roughly from the most frequent to the rarer; the weight falls with the place in the list.
_SURNAMES: Final = (
    "王Wang 李Li 张Zhang 刘Liu 陈Chen 杨Yang 赵Zhao 黄Huang 周Zhou 吴Wu 徐Xu 孙Sun 胡Hu "
    "朱Zhu 高Gao 林Lin 何He 郭Guo 马Ma 罗Luo 梁Liang 宋Song 郑Zheng 谢Xie 韩Han 唐Tang "
    "冯Feng 于Yu 董Dong 肖Xiao 程Cheng 曹Cao 袁Yuan 邓Deng 许Xu 傅Fu 沈Shen 曾Zeng 彭Peng "
    "苏Su 卢Lu 蒋Jiang 蔡Cai 贾Jia 丁Ding 魏Wei 薛Xue 叶Ye 余Yu 潘Pan 杜Du 戴Dai 夏Xia "
    "钟Zhong 汪Wang 田Tian 姜Jiang 范Fan 方Fang 石Shi 姚Yao 谭Tan 廖Liao 邹Zou 熊Xiong 金Jin "
    "陆Lu 郝Hao 孔Kong 白Bai 崔Cui 康Kang 毛Mao 邱Qiu 秦Qin 江Jiang 史Shi 顾Gu 侯Hou 邵Shao "
    "孟Meng 龙Long 段Duan 钱Qian 汤Tang 尹Yin 黎Li 易Yi 常Chang 武Wu 乔Qiao 贺He 赖Lai "
    "龚Gong 欧阳Ouyang"
)
_FIRST: Final = (
    "子zi 梓zi 雨yu 欣xin 思si 佳jia 嘉jia 文wen 一yi 晓xiao 宇yu 浩hao 俊jun 明ming 志zhi "
    "家jia 若ruo 诗shi 静jing 雪xue 泽ze 博bo 天tian 建jian 海hai 心xin 梦meng 语yu 可ke "
    "婉wan 瑞rui 奕yi 书shu 昊hao 凯kai 振zhen 景jing 雅ya 亦yi 云yun 清qing 怡yi 锦jin "
    "芷zhi 逸yi 星xing"
)
_LAST: Final = (
    "涵han 怡yi 轩xuan 宁ning 然ran 琪qi 瑶yao 彤tong 萱xuan 妍yan 洋yang 航hang 杰jie 睿rui "
    "哲zhe 鑫xin 磊lei 晨chen 阳yang 辰chen 霖lin 远yuan 恒heng 钰yu 莹ying 婷ting 敏min "
    "菲fei 薇wei 琳lin 萌meng 冉ran 慧hui 颖ying 昕xin 源yuan 超chao 鹏peng 峰feng 成cheng "
    "琦qi 悦yue 舒shu 桐tong 岩yan 畅chang 卓zhuo 凡fan 屿yu 昂ang 安an"
)
_SINGLE_SHARE: Final = 0.16
"""Of the given names, how many have one character."""


def _table(text: str) -> list[tuple[str, str]]:
    rows = []
    for word in text.split():
        latin = word.lstrip("".join(sorted({c for c in word if not c.isascii()})))
        rows.append((word.removesuffix(latin), latin))
    return rows


_SURNAME_ROWS: Final = _table(_SURNAMES)
_SURNAME_WEIGHTS: Final = [1 / (place + 12) for place in range(len(_SURNAME_ROWS))]
_FIRST_ROWS: Final = _table(_FIRST)
_LAST_ROWS: Final = _table(_LAST)


def romanised(surname: str, *given: str) -> str:
    """Return a name from its syllables: ("Ouyang", "zi", "ang") is "Ouyang Zi'ang"."""
    word = given[0]
    for syllable in given[1:]:
        word += ("'" if syllable[0] in "aoe" else "") + syllable
    return f"{surname} {word.capitalize()}"


def made_up_names(chance: Random, count: int) -> list[tuple[str, str]]:
    """Return `count` names as (written, romanised), no two written or romanised alike."""
    names: dict[str, str] = {}
    latins: set[str] = set()
    while len(names) < count:
        (surname, surname_latin), *_ = chance.choices(_SURNAME_ROWS, _SURNAME_WEIGHTS)
        given = [chance.choice(_LAST_ROWS)]
        if chance.random() > _SINGLE_SHARE:
            given.insert(0, chance.choice(_FIRST_ROWS))
        if len({character for character, _ in given}) < len(given):
            continue  # a doubled character is a pet name
        written = surname + "".join(character for character, _ in given)
        latin = romanised(surname_latin, *(syllable for _, syllable in given))
        if written not in names and latin not in latins:
            names[written] = latin
            latins.add(latin)
    return list(names.items())
