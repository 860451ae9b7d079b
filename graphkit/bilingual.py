"""A sentence in both languages: notes and reasons, which stand in reports and are said on the command line, too."""


class Bilingual(str):
    """A sentence in English that carries the same in Chinese: `zh`.

    Whoever wants English uses it as the text that it is; a page shows the one of its reader.

    >>> said = Bilingual("3 bodies have no day.", "3个项目或平台没有日期。")
    >>> said, said.zh
    ('3 bodies have no day.', '3个项目或平台没有日期。')
    >>> import copy
    >>> copy.deepcopy(said).zh == said.zh
    True
    """

    zh: str

    def __new__(cls, english: str, chinese: str) -> "Bilingual":
        """Join the two."""
        made = super().__new__(cls, english)
        made.zh = chinese
        return made

    def __reduce__(self) -> tuple[type["Bilingual"], tuple[str, str]]:
        """Give what it is made of, so that copies and pickles keep the Chinese."""
        return Bilingual, (str(self), self.zh)


def spoken(said: str, language: str | None) -> str:
    """Say a sentence in the language of a page; in both where it is its reader's own and the page cannot ask.

    >>> said = Bilingual("3 bodies.", "3个项目或平台。")
    >>> spoken(said, "zh"), spoken(said, "en"), spoken(said, None), spoken("as it is", "zh")
    ('3个项目或平台。', '3 bodies.', '3 bodies. 3个项目或平台。', 'as it is')
    """
    if not isinstance(said, Bilingual):
        return said
    return {"zh": said.zh, "en": str(said), None: f"{said} {said.zh}"}[language]


PROPERTIES = {
    "body": "项目或平台",
    "city": "城市",
    "community": "社群",
    "country": "国家",
    "kind": "类型",
    "membership": "席位",
    "organisation": "主体",
    "place": "地点",
    "platform": "平台",
    "policy": "政策",
    "programme": "计划",
    "region": "区域",
    "role": "角色",
    "sector": "部门",
    "technology": "技术",
    "year": "年份",
    "zone": "高新区",
}


def property_zh(name: str) -> str:
    """Name a property of organisations, bodies or seats in Chinese; one's own as it is.

    >>> property_zh("zone"), property_zh("my groups")
    ('高新区', 'my groups')
    """
    return PROPERTIES.get(name, name)


def written(value: float, digits: int) -> str:
    """Write a number as sentences have it: so many figures, whole where that is enough, and never with an exponent.

    >>> written(0.1234, 2), written(254.3, 2), written(12_345.6, 3)
    ('0.12', '254', '12,346')
    """
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
