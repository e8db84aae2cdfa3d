import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from projections.finder import Finder, key

PEOPLE = {
    "v001": ("王子涵", "Wáng Zǐhán"),
    "v002": ("欧阳子昂", "Ouyang Zi'ang"),
    "V010": ("李雨", "Lǐ Yǔ"),
    "x-7_a": ("ANNA Müller", "Anna Müller"),
}


def finder() -> Finder:
    made = Finder()
    for id, names in PEOPLE.items():
        made.put(id, *names)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("王子涵", ["v001"]),
        ("子", ["v001", "v002"]),
        ("wangzihan", ["v001"]),
        ("WANG ZIHAN", ["v001"]),
        ("zihan wang", ["v001"]),
        ("zi'ang", ["v002"]),
        ("ziang", ["v002"]),
        ("ou yang zi ang", ["v002"]),
        ("muller", ["x-7_a"]),
        ("ａｎｎａ", ["x-7_a"]),
        ("v00", ["v001", "v002"]),
        ("v0", ["V010", "v001", "v002"]),
        ("x-7_", ["x-7_a"]),
        ("001", []),
        ("li 王", []),
        ("v001 wang", ["v001"]),
        ("", ["V010", "v001", "v002", "x-7_a"]),
        ("  ", ["V010", "v001", "v002", "x-7_a"]),
        ("!", []),
        ("- 王子涵", ["v001"]),
        ("\n", ["V010", "v001", "v002", "x-7_a"]),
        ("\x1f", ["V010", "v001", "v002", "x-7_a"]),
    ],
)
def test_people_are_found_by_what_is_typed(query: str, found: list[str]) -> None:
    assert list(finder().find(query)) == found


def test_it_goes_on_after_the_last_one_that_was_read() -> None:
    assert list(finder().find("v0", after="V010")) == ["v001", "v002"]
    assert list(finder().find("v0", after="v0011")) == ["v002"]
    assert list(finder().find("", after="z")) == []


def test_who_is_called_otherwise_now_or_is_gone_is_not_found_as_before() -> None:
    made = finder()
    assert list(made.find("王")) == ["v001"]
    made.put("v001", "张三", "Zhang San")
    made.drop("v002")
    made.drop("nobody")
    assert list(made.find("王")) == list(made.find("欧阳")) == []
    assert list(made.find("zhangsan")) == ["v001"]
    assert list(pickle.loads(pickle.dumps(made)).find("张")) == ["v001"]


@given(
    st.dictionaries(st.text("abv01-", min_size=1, max_size=4), st.text("王子 abÁ", max_size=5)),
    st.text("王子 abá01v-", max_size=4),
)
@example({"0": "a"}, "- a")
def test_it_finds_whom_a_look_at_each_one_finds(people: dict[str, str], query: str) -> None:
    made = Finder()
    for id, name in people.items():
        made.put(id, name)
    expected = [
        id
        for id, name in sorted(people.items())
        if (key(query) and key(query) in key(name))
        or all(
            id.casefold().startswith(word.casefold()) or (key(word) and key(word) in key(name))
            for word in query.split()
        )
    ]
    assert list(made.find(query)) == expected
