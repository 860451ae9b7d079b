"""Pinyin of Chinese names, so that whoever cannot type the characters finds them all the same."""

import re
from collections.abc import Sequence

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def pinyin(names: Sequence[str | None]) -> dict[str, str]:
    """The syllables of the Chinese characters in names, without tones, by place in the list; others are left out.

    Characters of several readings are read as in the longest known word around them (pypinyin's phrases).

    >>> pinyin(["重庆银行", "Acme", None, "北京A大学"])
    {'0': 'chong qing yin hang', '3': 'bei jing da xue'}
    """
    chinese = {at: name for at, name in enumerate(names) if name and _HAN.search(name)}
    if not chinese:
        return {}
    from pypinyin import lazy_pinyin

    return {str(at): " ".join(lazy_pinyin(name, errors="ignore")) for at, name in chinese.items()}
