"""What the values of tables are called in Chinese: the vocabulary's, the analyses' own, and the codes of countries.

Sentences and pages read it here. Names of the data (organisations, bodies, regions) are given by whoever knows them.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from graphkit import schema
from graphkit.bilingual import PROPERTIES, Bilingual

TERMS: Mapping[str, str] = {
    **PROPERTIES,
    **schema.PLATFORM_KINDS,
    **schema.COLLABORATION_KINDS,
    **schema.MEMBER_ROLES,
    **schema.EVIDENCE,
    **schema.STAGES,
    **schema.DRIVERS,
    # The seven roles by a word each, where the schema has the sign of 政产学研金服用.
    "government": "政府",
    "enterprise": "企业",
    "university": "高校",
    "research_institute": "科研院所",
    "finance": "金融机构",
    "intermediary": "中介服务机构",
    "user": "用户",
    # Chains, capital and talent.
    "technology chain": "技术链",
    "industry chain": "产业链",
    "capital chain": "资金链",
    "talent chain": "人才链",
    "several chains": "多条链，无主导",
    "no chain": "不在任何链中",
    "technology": "技术",
    "industry": "产业",
    "capital": "资金",
    "talent": "人才",
    "demand": "需求",
    "demand to technology": "需求→技术",
    "technology to capital": "技术→资金",
    "capital to talent": "资金→人才",
    "talent to demand": "人才→需求",
    "early": "天使与种子",
    "venture": "创投",
    "growth": "成长",
    "ipo": "上市",
    "scientist": "科学家",
    "engineer": "工程师",
    "entrepreneur": "企业家",
    "upstream": "上游",
    "midstream": "中游",
    "downstream": "下游",
    "tax": "税收政策",
    "fund": "基金政策",
    "procurement": "采购政策",
    "reform": "改革政策",
    # Verdicts, and what becomes of them.
    "silo": "孤岛",
    "leaning inward": "偏内向",
    "open": "开放",
    "neither": "无异常",
    "too small": "太小，无法判断",
    "stable": "稳健",
    "unstable": "不稳健",
    "untested": "未检验",
    "not tested": "未检验",
    "not found": "未找到",
    "steady": "平稳",
    "closing": "趋于封闭",
    "opening": "趋于开放",
    "too short": "太短",
    # Kinds of group.
    "no community": "无社群",
    "component": "连通分量",
    "isolates": "孤立点",
    "part": "部分",
    "near-detached": "近乎脱离",
    # Roles between groups.
    "itinerant": "外来协调者",
    "gatekeeper": "守门人",
    "representative": "代表",
    "liaison": "联络人",
    "fragmentation": "瓦解型",
    "reach": "触达型",
    # Why two work together, and what could be done.
    "same technology": "技术相同",
    "same zone": "同一高新区",
    "same region": "同一区域",
    "same country": "同一国家",
    "same role": "角色相同",
    "supplies the other": "供应关系",
    "declared": "声明的动因",
    "shared platform": "共同平台",
    "merge": "合并",
    "share": "共享",
    "coordinate": "统筹",
    "nearby": "就近",
    "distant": "远处",
    "nowhere": "无处可寻",
    "result": "成果",
    "reward": "回报",
    "solution": "解题",
    "supply": "供应",
    "new platform": "新建平台",
    # Grades of coordination.
    "extreme imbalance": "极度失调",
    "severe imbalance": "严重失调",
    "moderate imbalance": "中度失调",
    "mild imbalance": "轻度失调",
    "near imbalance": "濒临失调",
    "bare coordination": "勉强协调",
    "primary coordination": "初级协调",
    "intermediate coordination": "中级协调",
    "good coordination": "良好协调",
    "quality coordination": "优质协调",
    # Checks of the quality of data (analyses/quality.py), and their areas.
    "organisations without name": "没有名称的主体",
    "organisations without role": "没有角色的主体",
    "organisations without country": "没有国家的主体",
    "organisations without region": "没有区域的主体",
    "bodies without stage": "没有创新阶段的项目与平台",
    "bodies without date": "没有日期的项目与平台",
    "pairs that are one without doubt": "确为同一主体的对",
    "pairs that may be one": "可能为同一主体的对",
    "organisations without a tie": "没有联系的主体",
    "possible false silos": "可能的虚假孤岛",
    "bodies without a member": "没有成员的项目与平台",
    "bodies of one member": "只有一个成员的项目与平台",
    "large bodies": "规模过大的项目与平台",
    "things that no row shows": "没有来源行的事物",
    "years without a beginning": "没有项目与平台启动的年份",
    "organisations that are illustrative": "示例性主体",
    "bodies that are illustrative": "示例性项目与平台",
    "other things and ties that are illustrative": "其他示例性事物与关系",
    "organisations": "主体",
    "bodies": "项目与平台",
    "memberships": "成员关系",
    "missing": "缺失",
    "evidence": "证据",
    "duplicates": "重复",
    "isolation": "孤立",
    "size": "规模",
    "source": "来源",
    # Measures and scores.
    "E-I index": "E-I 指数",
    "by density": "按密度",
    "assortativity": "同配系数",
    "Freeman's segregation": "Freeman 隔离度",
    "random": "随机",
    "degree": "度数",
    "common neighbours": "共同邻居",
    "resource allocation": "资源分配",
    "random walk": "随机游走",
    "specific": "针对性得分",
    "specific, without common partner": "针对性得分（无共同伙伴）",
    "across communities": "跨社群",
    "without common partner": "无共同伙伴",
    "across countries": "跨国",
    "east-west": "东西之间",
    "constant": "常数项",
    "distance": "距离",
    "similarity": "相似度",
    # Everything else.
    "all": "全部",
    "unknown": "未知",
    # Indicators of zones, by the short names that stand in keys.
    "partners": "合作伙伴数",
    "seats": "席位",
    "tied": "有伙伴者占比",
    "outside": "对外联系占比",
    "cross_role": "跨角色联系占比",
    "led": "牵头数",
    "transferred": "成果转化率",
    # Other readings of the data (measures/readings.py).
    "suggested duplicates merged": "合并疑似重复主体",
    "bodies above 50 left out": "剔除成员超过50的项目与平台",
    "subsidiaries as their parents": "子公司并入母公司",
    "weighting count": "计数加权",
    "weighting fractional": "分数加权",
    "weighting newman": "Newman 加权",
    "other draws": "另行抽样",
    "other seeds": "其他随机种子",
    "seed": "随机种子",
}
_NUMBER = re.compile(r"(.+?)((?: [+-]?[\d.,]+(?: %)?)?(?: \([\d.,]+(?: %)?\))?)", re.DOTALL)
_HAN = re.compile("[\u2e80-\u9fff]")
_IN_HAN, _UNDERSCORED = re.compile("[\u2e80-\u9fff（）]+"), re.compile("[a-z]+(_[a-z]+)+")
_LISTS = {", ": "、", "; ": "；"}  # part items, of which some may have no Chinese
_LONGEST = 6  # parts that a name with such a joint in itself is looked for in
GROUP = " · "  # joins place, role and number in the name of a group (measures/portrait.py)
_PARTS = {GROUP: GROUP, " → ": " → ", " – ": "–", " and ": "与", " ": ""}  # part what is known in every part

Known = tuple[Mapping[str, str], ...]


def chinese(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Say the value of a table in Chinese: terms and codes of countries, in lists and with numbers beside them, too.

    `names` are those of the data: their Chinese, or both (Bilingual). What is none of these stays as it is.

    >>> chinese("DE · research institute · community 3"), chinese("university, research_institute")
    ('德国 · 科研院所 · 社群 3', '高校、科研院所')
    >>> chinese("CN-JS · university · community 10")
    'CN-JS · 高校 · 社群 10'
    >>> chinese("DE (44 %)"), chinese("Tsinghua 0.5, MIT 0.2", {"Tsinghua": "清华大学"})
    ('德国 (44 %)', '清华大学 0.5, MIT 0.2')
    """
    return _told(text, (names, TERMS, countries()))


def chinese_names(text: str, names: Mapping[str, str]) -> str:
    """Say names of the data, and codes of countries, in Chinese, but no term: by those, sentences look things up.

    >>> chinese_names("CN-BJ", {"CN-BJ": "北京市"}), chinese_names("enterprise", {})
    ('北京市', 'enterprise')
    """
    return _told(text, (names, countries()))


def english(text: str, names: Mapping[str, Bilingual]) -> str:
    """Say a text in English: what has an English name by that, and terms of several words without underscores.

    >>> english("joint_lab in 东湖高新区 (2)", {"东湖高新区": Bilingual("East Lake", "东湖高新区")})
    'joint lab in East Lake (2)'
    """
    spaced = _UNDERSCORED.sub(lambda found: found[0].replace("_", " ") if found[0] in TERMS else found[0], text)
    return _IN_HAN.sub(lambda found: str(names.get(found[0], found[0])), str(names.get(spaced, spaced)))


@cache
def countries() -> Mapping[str, str]:
    """Name countries in Chinese, by their code (ISO 3166-1, and the European Union's own two); names of CLDR."""
    text = resources.files("graphkit").joinpath("countries.csv").read_text(encoding="utf-8")
    return {row["code"]: row["chinese"] for row in csv.DictReader(text.splitlines())}


def _told(text: str, known: Known) -> str:
    """Say a text by what is known, whole or item by item."""
    whole = _found(text, known)
    if whole is not None:
        return whole
    for joint, sign in _LISTS.items():
        if joint in text:
            return _listed(text.split(joint), joint, sign, known)
    return _whole(text, known) or text


def _listed(parts: list[str], joint: str, sign: str, known: Known) -> str:
    """Say the items of a list; a name that has the joint in itself is one of them."""
    said, place, before = "", 0, False
    while place < len(parts):
        for end in range(min(len(parts), place + _LONGEST), place, -1):
            item = joint.join(parts[place:end])
            found = _whole(item, known) if end == place + 1 else _found(item, known)
            if found is not None:
                break
        now = found is not None or _HAN.search(item) is not None
        said += (sign if before and now else joint) * (place > 0) + (item if found is None else found)
        place, before = end, now
    return said


def _whole(text: str, known: Known) -> str | None:
    """Say a text that is known whole or in every part; before a colon something may stand that is not."""
    found = _found(text, known)
    if found is not None:
        return found
    of, colon, tail = text.rpartition(": ")
    if colon:
        said = _whole(tail, known)
        return None if said is None else f"{_whole(of, known) or of}：{said}"
    for joint, sign in _PARTS.items():
        if joint in text:
            parts = text.split(joint)
            all_said = [part if _HAN.search(part) else _whole(part, known) for part in parts]
            if None not in all_said or (joint == GROUP and any(all_said)):  # a group's place may have no Chinese name
                return sign.join(now or part for now, part in zip(all_said, parts, strict=True))
    return None


def _found(text: str, known: Known) -> str | None:
    """Look a text up, or what stands before its numbers."""
    parts = _NUMBER.fullmatch(text)
    name, number = parts.groups() if parts else (text, "")
    for word, more in ((text, ""), (name, number)):
        for words in known:
            found = words.get(word) or words.get(word.replace(" ", "_"))
            if found is not None:
                return (found.zh if isinstance(found, Bilingual) else found) + more
    return None
