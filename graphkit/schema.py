"""The vocabulary: every kind of node and tie, once; statements, checks, help and tables are read from here.

A node is a frozen dataclass named like its label; a tie is one named in camel case (`TakesPartIn` is `TAKES_PART_IN`).
A field's annotation carries its sentence and, where there are any, its allowed values. It imports nothing of ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

ROLES = {
    "government": "政",
    "enterprise": "产",
    "university": "学",
    "research_institute": "研",
    "finance": "金",
    "intermediary": "服",
    "user": "用",
}
STAGES = {
    "basic": "基础研究",
    "applied": "应用研究",
    "development": "试验发展",
    "maturation": "中试、熟化",
    "industrialisation": "产业化",
}
PLATFORM_KINDS = {
    "science_park": "园区",
    "incubator": "孵化器",
    "accelerator": "加速器",
    "innovation_consortium": "创新联合体",
    "alliance": "产业技术创新联盟",
    "joint_lab": "联合实验室",
    "national_lab": "国家实验室",
    "engineering_centre": "工程研究中心",
    "industrial_technology_institute": "产业技术研究院",
    "technical_service": "公共技术服务平台",
    "pilot_scale": "中试熟化平台",
    "digital_infrastructure": "新型基础设施",
    "technology_transfer": "技术转移机构",
    "challenge_board": "揭榜平台",
}
COLLABORATION_KINDS = {
    "project": "项目",
    "joint_patent": "联合专利",
    "contract": "合同",
    "publication": "论文",
    "licence": "许可",
}
DRIVERS = {"technology": "技术", "market": "市场", "platform": "平台", "policy": "政策"}
EVIDENCE = {"public": "公开事实", "illustrative": "示例"}
MEMBER_ROLES = {
    "coordinator": "牵头",
    "participant": "参与",
    "partner": "合作伙伴",
    "third_party": "第三方",
    "associated": "联系成员",
    "host": "承建",
    "member": "成员",
}
SAME_AS_STATUSES = {"refused": "否定", "confirmed": "确认", "suggested": "建议"}  # the stronger word first


class Allowed(dict[str, str]):
    """The values that a property may have, each with its Chinese term."""


class Date(str):
    """A day as ISO 8601 text (YYYY-MM-DD), so that both stores compare and keep it alike."""


@dataclass(frozen=True)
class Property:
    """One property of a kind of node or tie, as it is declared."""

    name: str
    field: str
    type: str  # text, texts, integer, number, boolean, date
    sentence: str
    allowed: dict[str, str] | None
    required: bool


Text = str | None
Texts = tuple[str, ...]
Day = Date | None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a loader yields: a node or a tie, with the place it was read from."""

    row: Annotated[Text, "file and line that it was read from"] = None
    evidence: Annotated[Text, "public fact or illustration", Allowed(EVIDENCE)] = None


@dataclass(frozen=True, kw_only=True)
class Node(Record):
    """A thing with an id that carries its scheme (`ror:...`, `pic:...`, `uscc:...`, `own:...`)."""

    zh: ClassVar[str]
    id: Annotated[str, "identifier with its scheme"]
    name: Annotated[Text, "name in the language of the source"] = None
    name_zh: Annotated[Text, "Chinese name (中文名)"] = None
    aliases: Annotated[Texts, "other names, sorted"] = ()


@dataclass(frozen=True, kw_only=True)
class Tie(Record):
    """A directed tie between two nodes; `start` and `end` are their ids."""

    zh: ClassVar[str]
    starts: ClassVar[tuple[str, ...]]
    ends: ClassVar[tuple[str, ...]]
    start: str
    end: str
    start_label: str = ""
    end_label: str = ""
    from_: Annotated[Day, "first day on which it holds; missing is open"] = None
    to: Annotated[Day, "last day on which it holds; missing is open"] = None


@dataclass(frozen=True, kw_only=True)
class Organisation(Node):
    """A body that innovates: enterprise, university, institute, authority, financier, intermediary or user."""

    zh = "创新主体"
    role: Annotated[Text, "which of the seven roles (政产学研金服用)", Allowed(ROLES)] = None
    sector: Annotated[Text, "sector in the words of the source"] = None
    country: Annotated[Text, "country (ISO 3166-1 alpha-2)"] = None
    region: Annotated[Text, "region (NUTS or ISO 3166-2)"] = None
    zone: Annotated[Text, "high-tech zone (高新区)"] = None
    city: Annotated[Text, "city"] = None
    lat: Annotated[float | None, "latitude, degrees"] = None
    lon: Annotated[float | None, "longitude, degrees"] = None
    leader: Annotated[bool | None, "leading enterprise of its chain (龙头)"] = None
    founded: Annotated[int | None, "year of foundation"] = None


@dataclass(frozen=True, kw_only=True)
class Platform(Node):
    """A standing body that organisations join: park, incubator, consortium, joint laboratory."""

    zh = "平台"
    kind: Annotated[Text, "kind of platform", Allowed(PLATFORM_KINDS)] = None
    level: Annotated[
        Text, "who approved it", Allowed({"national": "国家级", "provincial": "省级", "municipal": "市级"})
    ] = None
    stage: Annotated[Text, "stage it works at", Allowed(STAGES)] = None
    from_: Annotated[Day, "first day"] = None
    to: Annotated[Day, "last day; missing is open"] = None
    capacity: Annotated[int | None, "organisations it can hold"] = None
    zone: Annotated[Text, "high-tech zone (高新区)"] = None
    city: Annotated[Text, "city"] = None


@dataclass(frozen=True, kw_only=True)
class Collaboration(Node):
    """A piece of work done together: project, joint patent, contract, publication, licence."""

    zh = "合作"
    kind: Annotated[Text, "kind of collaboration", Allowed(COLLABORATION_KINDS)] = None
    programme: Annotated[Texts, "programmes that fund it, sorted"] = ()
    topic: Annotated[Texts, "topics of the calls, sorted"] = ()
    scheme: Annotated[Text, "funding scheme"] = None
    from_: Annotated[Day, "first day"] = None
    to: Annotated[Day, "last day; missing is open"] = None
    budget: Annotated[float | None, "total cost, in `currency`"] = None
    funding: Annotated[float | None, "public funding, in `currency`"] = None
    currency: Annotated[Text, "currency (ISO 4217)"] = None
    stage: Annotated[Text, "stage of the work", Allowed(STAGES)] = None
    trl_from: Annotated[int | None, "technology readiness level at the start, 1-9"] = None
    trl_to: Annotated[int | None, "technology readiness level at the end, 1-9"] = None
    driver: Annotated[Text, "what drives it (四大驱动力)", Allowed(DRIVERS)] = None


@dataclass(frozen=True, kw_only=True)
class Result(Node):
    """A result of research that somebody could use."""

    zh = "科技成果"
    kind: Annotated[
        Text,
        "kind of result",
        Allowed({"patent": "专利", "software": "软件", "standard": "标准", "prototype": "样机"}),
    ] = None
    date: Annotated[Day, "day it was achieved"] = None
    stage: Annotated[Text, "stage it has reached", Allowed(STAGES)] = None


@dataclass(frozen=True, kw_only=True)
class Technology(Node):
    """A field of technology, in some scheme of classification."""

    zh = "技术方向"
    scheme: Annotated[Text, "classification (IPC, CPC, EuroSciVoc, CORDIS topic, own)"] = None
    code: Annotated[Text, "code in that classification"] = None


@dataclass(frozen=True, kw_only=True)
class Industry(Node):
    """A segment of an industrial chain."""

    zh = "产业环节"
    code: Annotated[Text, "code (NACE, ISIC, GB/T 4754)"] = None
    chain: Annotated[Text, "industrial chain (产业链)"] = None
    segment: Annotated[
        Text, "place in the chain", Allowed({"upstream": "上游", "midstream": "中游", "downstream": "下游"})
    ] = None


@dataclass(frozen=True, kw_only=True)
class Zone(Node):
    """A high-tech zone."""

    zh = "高新区"
    level: Annotated[Text, "who approved it"] = None
    code: Annotated[Text, "code"] = None


@dataclass(frozen=True, kw_only=True)
class Region(Node):
    """A region, itself part of a larger one."""

    zh = "区域"
    level: Annotated[Text, "level in its classification"] = None
    code: Annotated[Text, "code (NUTS, ISO 3166-2, GB/T 2260)"] = None
    macro_region: Annotated[
        Text,
        "part of the country",
        Allowed({"east": "东部", "central": "中部", "west": "西部", "northeast": "东北"}),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Person(Node):
    """A person, only where the source consents; off in every shared output."""

    zh = "人才"
    role: Annotated[
        Text,
        "one of the trinity (三位一体)",
        Allowed({"scientist": "科学家", "engineer": "工程师", "entrepreneur": "企业家"}),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Investment(Node):
    """A round of capital that an organisation raised."""

    zh = "资金"
    round: Annotated[
        Text,
        "rung of the capital ladder",
        Allowed({"angel": "天使", "seed": "种子", "venture": "创投", "growth": "成长", "ipo": "上市"}),
    ] = None
    date: Annotated[Day, "day of closing"] = None
    amount: Annotated[float | None, "amount, in `currency`"] = None
    currency: Annotated[Text, "currency (ISO 4217)"] = None


@dataclass(frozen=True, kw_only=True)
class Challenge(Node):
    """A need put out to whoever can meet it."""

    zh = "揭榜需求"
    budget: Annotated[float | None, "reward"] = None
    deadline: Annotated[Day, "last day for bids"] = None
    status: Annotated[Text, "open, won, closed"] = None


@dataclass(frozen=True, kw_only=True)
class Policy(Node):
    """An instrument of policy."""

    zh = "政策工具"
    kind: Annotated[
        Text,
        "kind of instrument",
        Allowed({"tax": "税收", "fund": "基金", "procurement": "采购", "reform": "改革"}),
    ] = None
    from_: Annotated[Day, "first day"] = None
    to: Annotated[Day, "last day; missing is open"] = None


@dataclass(frozen=True, kw_only=True)
class Source(Node):
    """Where records came from [W3C PROV: Entity]."""

    zh = "来源"
    file: Annotated[Texts, "files read, sorted"] = ()
    sha256: Annotated[Texts, "their SHA-256, in the order of `file`"] = ()
    licence: Annotated[Text, "licence of the data"] = None
    loaded_at: Annotated[Text, "when it was last loaded (UTC)"] = None
    status: Annotated[Text, "loading or complete"] = None
    rows_in: Annotated[int | None, "rows read"] = None
    rows_loaded: Annotated[int | None, "rows that said something new"] = None
    rows_merged: Annotated[int | None, "rows that said what was known"] = None
    rows_rejected: Annotated[int | None, "rows refused, see the rejects file"] = None


@dataclass(frozen=True, kw_only=True)
class Run(Node):
    """One run of an analysis that was written back [W3C PROV: Activity]."""

    zh = "运行"
    analysis: Annotated[Text, "name of the analysis"] = None
    parameters: Annotated[Text, "options, as JSON"] = None
    seed: Annotated[int | None, "seed of everything random in it"] = None
    versions: Annotated[Text, "versions of what computed it, as JSON"] = None
    data_hash: Annotated[Text, "hash of the network it was computed on"] = None
    columns: Annotated[Texts, "columns it wrote"] = ()
    findings: Annotated[Texts, "what each row of its table was about"] = ()
    states: Annotated[Texts, "what each row said in counts and words, in the same order"] = ()
    at: Annotated[Text, "when it was written (UTC)"] = None


@dataclass(frozen=True, kw_only=True)
class MemberOf(Tie):
    """An organisation belongs to a platform."""

    zh, starts, ends = "加入平台", ("Organisation",), ("Platform",)
    role: Annotated[Text, "role in it", Allowed(MEMBER_ROLES)] = None


@dataclass(frozen=True, kw_only=True)
class TakesPartIn(Tie):
    """An organisation takes part in a collaboration."""

    zh, starts, ends = "参与合作", ("Organisation",), ("Collaboration",)
    role: Annotated[Text, "role in it", Allowed(MEMBER_ROLES)] = None
    amount: Annotated[float | None, "money it receives, in the collaboration's currency"] = None


@dataclass(frozen=True, kw_only=True)
class Produced(Tie):
    """An organisation produced a result."""

    zh, starts, ends = "产出", ("Organisation",), ("Result",)


@dataclass(frozen=True, kw_only=True)
class TransferredTo(Tie):
    """A result was transferred to an organisation (成果转化)."""

    zh, starts, ends = "转化", ("Result",), ("Organisation",)
    kind: Annotated[Text, "licence, sale, spin-off"] = None
    date: Annotated[Day, "day of the transfer"] = None
    value: Annotated[float | None, "price"] = None


@dataclass(frozen=True, kw_only=True)
class Supplies(Tie):
    """An organisation supplies another (产业链)."""

    zh, starts, ends = "供应", ("Organisation",), ("Organisation",)


@dataclass(frozen=True, kw_only=True)
class Raised(Tie):
    """An organisation raised a round of capital (资金链)."""

    zh, starts, ends = "融资", ("Organisation",), ("Investment",)


@dataclass(frozen=True, kw_only=True)
class Funded(Tie):
    """An organisation funded a round of capital (资金链)."""

    zh, starts, ends = "出资", ("Organisation",), ("Investment",)


@dataclass(frozen=True, kw_only=True)
class WorkedAt(Tie):
    """A person worked at an organisation (人才链)."""

    zh, starts, ends = "任职", ("Person",), ("Organisation",)
    role: Annotated[Text, "post held"] = None


@dataclass(frozen=True, kw_only=True)
class Issued(Tie):
    """An organisation issued a challenge."""

    zh, starts, ends = "发榜", ("Organisation",), ("Challenge",)


@dataclass(frozen=True, kw_only=True)
class BidFor(Tie):
    """An organisation bid for a challenge."""

    zh, starts, ends = "揭榜", ("Organisation",), ("Challenge",)


@dataclass(frozen=True, kw_only=True)
class Won(Tie):
    """An organisation won a challenge."""

    zh, starts, ends = "中榜", ("Organisation",), ("Challenge",)


@dataclass(frozen=True, kw_only=True)
class About(Tie):
    """Something is about a technology."""

    zh, ends = "涉及技术", ("Technology",)
    starts = ("Organisation", "Platform", "Collaboration", "Result", "Challenge", "Policy", "Investment", "Person")
    weight: Annotated[float | None, "how much, 0 to 1"] = None


@dataclass(frozen=True, kw_only=True)
class ActiveIn(Tie):
    """An organisation is active in a segment of industry."""

    zh, starts, ends = "从事产业", ("Organisation",), ("Industry",)


@dataclass(frozen=True, kw_only=True)
class LocatedIn(Tie):
    """Something lies in a zone or region."""

    zh, ends = "位于", ("Zone", "Region")
    starts = ("Organisation", "Platform", "Zone", "Person")


@dataclass(frozen=True, kw_only=True)
class PartOf(Tie):
    """A region is part of a larger one."""

    zh, starts, ends = "属于区域", ("Region",), ("Region",)


@dataclass(frozen=True, kw_only=True)
class Targets(Tie):
    """A policy targets something."""

    zh, starts = "政策对象", ("Policy",)
    ends = ("Organisation", "Platform", "Zone", "Region", "Technology", "Industry", "Challenge")


@dataclass(frozen=True, kw_only=True)
class SubsidiaryOf(Tie):
    """An organisation belongs to another."""

    zh, starts, ends = "隶属", ("Organisation",), ("Organisation",)
    share: Annotated[float | None, "share held, 0 to 1"] = None


@dataclass(frozen=True, kw_only=True)
class SameAs(Tie):
    """Two records may be one organisation."""

    zh, starts, ends = "同一主体", ("Organisation",), ("Organisation",)
    score: Annotated[float | None, "how alike, 0 to 1"] = None
    method: Annotated[Text, "what says so"] = None
    status: Annotated[Text, "suggested, confirmed or refused", Allowed(SAME_AS_STATUSES)] = None


@dataclass(frozen=True, kw_only=True)
class TiedTo(Tie):
    """Two organisations share bodies: computed, kept only as a cache with the run that made it."""

    zh, starts, ends = "合作关系", ("Organisation",), ("Organisation",)
    derived: ClassVar[bool] = True
    weight: Annotated[float | None, "strength"] = None
    weighting: Annotated[Text, "how the strength was computed"] = None
    window: Annotated[Text, "years it was computed for"] = None
    run: Annotated[Text, "run that made it"] = None


@dataclass(frozen=True, kw_only=True)
class CouldBridge(Tie):
    """A tie that does not exist and would open a silo: a proposal, with the run that made it."""

    zh, starts, ends = "建议搭桥", ("Organisation",), ("Organisation",)
    derived: ClassVar[bool] = True
    rank: Annotated[int | None, "place in the portfolio, from 1"] = None
    gain: Annotated[float | None, "gain in global efficiency"] = None
    gain_reachable: Annotated[float | None, "gain in the share of reachable pairs"] = None
    feasibility: Annotated[float | None, "how likely such a tie is, 0 to 1"] = None
    reasons: Annotated[Text, "why, in words"] = None
    run: Annotated[Text, "run that made it"] = None


def _subclasses(parent: type[Record]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        if child not in (Node, Tie):
            yield child


NODES: dict[str, type[Node]] = {cls.__name__: cls for cls in _subclasses(Node)}
TIES: dict[str, type[Tie]] = {re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper(): cls for cls in _subclasses(Tie)}
TYPES: dict[type[Tie], str] = {cls: name for name, cls in TIES.items()}
BOOKKEEPING = ("Source", "Run")
MEMBERSHIPS: dict[str, str] = {"MEMBER_OF": "Platform", "TAKES_PART_IN": "Collaboration"}
_ENDPOINTS = ("start", "end", "start_label", "end_label")
_TYPES = {Date: "date", str: "text", float: "number", int: "integer", bool: "boolean"}


def properties(kind: type[Record]) -> tuple[Property, ...]:
    """List the declared properties of a kind of node or tie, in order of declaration, without its endpoints."""
    if kind.__name__ not in _DECLARED:
        _DECLARED[kind.__name__] = _declared(kind)
    return _DECLARED[kind.__name__]


def facts(kind: type[Record]) -> tuple[Property, ...]:
    """List the properties that a row can say of a thing: all but its id and where the row stands."""
    if kind.__name__ not in _FACTS:
        _FACTS[kind.__name__] = tuple(p for p in properties(kind) if p.name not in ("id", "row"))
    return _FACTS[kind.__name__]


_DECLARED: dict[str, tuple[Property, ...]] = {}
_FACTS: dict[str, tuple[Property, ...]] = {}


def _declared(kind: type[Record]) -> tuple[Property, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _property(field.name, hints[field.name], required=field.name == "id")
        for field in sorted(fields(kind), key=lambda field: field.name in ("row", "evidence"))
        if field.name not in _ENDPOINTS
    )


def _property(name: str, hint: Any, *, required: bool) -> Property:
    type_, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    allowed = next((dict(note) for note in notes if isinstance(note, Allowed)), None)
    sentence = next(note for note in notes if isinstance(note, str))
    parts = [part for part in (get_args(type_) or (type_,)) if part not in (type(None), Ellipsis)]
    kind = "texts" if get_origin(type_) is tuple else _TYPES[parts[0]]
    return Property(name.rstrip("_"), name, kind, sentence, allowed, required)


def is_derived(kind: type[Record]) -> bool:
    """Whether a kind is computed, not loaded, and so no part of the graph's content."""
    return bool(getattr(kind, "derived", False)) or kind.__name__ in BOOKKEEPING
