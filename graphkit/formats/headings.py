"""How the vocabulary stands in a table: the titles of sheets, the headings of columns and the cells of records.

Everything is in English and Chinese and read from `schema`; only the Chinese names of properties are declared here.
"""

from functools import cache
from typing import Any

from graphkit import schema
from graphkit.errors import DataError
from graphkit.formats.cells import SEPARATORS, YES_NO, folded
from graphkit.schema import Node, Property, Record, Tie

_LABELS: dict[str, type[Node] | type[Tie]] = {**schema.NODES}
KINDS: dict[str, type[Node] | type[Tie]] = {
    name: kind for name, kind in (_LABELS | schema.TIES).items() if not schema.is_derived(kind)
}
CONSENT = "only persons who agreed 仅限本人同意者"
CHINESE = {
    "id": "标识",
    "name": "名称",
    "name_zh": "中文名称",
    "aliases": "别名",
    "evidence": "依据",
    "start": "起点",
    "start_label": "起点类别",
    "end": "终点",
    "end_label": "终点类别",
    "from": "开始日期",
    "to": "结束日期",
    "role": "角色",
    "sector": "行业",
    "country": "国家",
    "region": "地区",
    "zone": "高新区",
    "city": "城市",
    "lat": "纬度",
    "lon": "经度",
    "leader": "龙头",
    "founded": "成立年份",
    "kind": "类型",
    "level": "级别",
    "stage": "阶段",
    "capacity": "容量",
    "programme": "计划",
    "topic": "主题",
    "scheme": "体系",
    "budget": "总经费",
    "funding": "公共资助",
    "currency": "币种",
    "trl_from": "起始成熟度",
    "trl_to": "目标成熟度",
    "driver": "驱动力",
    "date": "日期",
    "code": "代码",
    "chain": "产业链",
    "segment": "环节",
    "macro_region": "大区",
    "round": "轮次",
    "amount": "金额",
    "deadline": "截止日期",
    "status": "状态",
    "weight": "权重",
    "value": "价值",
    "share": "持股比例",
    "score": "相似度",
    "method": "方法",
}


@cache
def columns(name: str) -> tuple[Property, ...]:
    """List the columns of the table of a label or tie, in their order; a tie begins with its ends, the row is none."""
    kind = KINDS[name]
    ends: list[Property] = []
    if issubclass(kind, Tie):
        for side, labels in (("start", kind.starts), ("end", kind.ends)):
            what = " or ".join(labels)
            ends.append(Property(side, side, "text", f"{what}: its id, or its name if no other has it", None, True))
            if len(labels) > 1:
                known = {label: schema.NODES[label].zh for label in labels}
                ends.append(Property(f"{side}_label", f"{side}_label", "text", f"what `{side}` is", known, False))
    return (*ends, *(p for p in schema.properties(kind) if p.name != "row"))


def heading(name: str, column: Property) -> str:
    """Write the heading of a column: the name of the property, then its Chinese one."""
    kind = KINDS[name]
    zh = CHINESE.get(column.name, "")
    if issubclass(kind, Tie) and column.name in ("start", "end"):
        labels = kind.starts if column.name == "start" else kind.ends
        zh += "（" + "、".join(schema.NODES[label].zh for label in labels) + "）"
    warning = f"（{CONSENT}）" if kind is schema.Person and column.name in ("id", "name") else ""
    return f"{column.name} {zh}{warning}".strip()


def kind_named(title: str) -> str | None:
    """Tell which label or type of tie a sheet or file is named for: `Organisation`, `创新主体` or both."""
    return _titles().get(folded(title))


def property_named(name: str, written: str) -> Property | None:
    """Tell which property a heading names: in English (first, or alone), in Chinese, or by the label of a tie's end."""
    first = folded(written).replace("(", " ").split(" ")[0]
    named = _headings(name)
    return named.get(first) or named.get(folded(written))


@cache
def _titles() -> dict[str, str]:
    found = {}
    for name, kind in KINDS.items():
        for title in (name, kind.zh, f"{name} {kind.zh}", f"{kind.zh} {name}"):
            found[folded(title)] = name
    return found


@cache
def _headings(name: str) -> dict[str, Property]:
    kind = KINDS[name]
    found: dict[str, Property] = {}
    if issubclass(kind, Tie) and kind.starts != kind.ends:
        for side, labels in (("start", kind.starts), ("end", kind.ends)):
            if len(labels) == 1:
                column = next(c for c in columns(name) if c.name == side)
                found |= {folded(labels[0]): column, folded(schema.NODES[labels[0]].zh): column}
    found |= {folded(CHINESE[c.name]): c for c in columns(name) if c.name in CHINESE}
    return found | {c.name: c for c in columns(name)}


def cell(column: Property, value: Any) -> str | float | int | None:
    """Write a value as a cell, so that it comes back as it was; raises DataError for a list that cannot."""
    if value is None or value == () or value == "":
        return None
    if column.allowed is not None:
        return f"{value} {column.allowed[value]}"
    if column.type == "boolean":
        return next(f"{word} {zh}" for word, zh in YES_NO.items() if (word == "yes") == value)
    if column.type == "texts":
        if any(sign in part for part in value for sign in SEPARATORS):
            raise DataError(f"{column.name} {'; '.join(value)!r} cannot be a list in a cell: a part of it holds a ;")
        return "; ".join(value)
    if column.type in ("number", "integer"):
        # The file holds 16 digits of a number; one that needs more stands there as text.
        return value if float(f"{value:.16G}") == value else repr(value)
    return str(value)


def name_of(record: Record) -> str:
    """Return the label or type of tie of a record."""
    return schema.TYPES[type(record)] if isinstance(record, Tie) else type(record).__name__


def cells(record: Record) -> dict[str, str | float | int]:
    """Write a record as cells by the names of its columns, without the empty ones."""
    found = {column.name: cell(column, getattr(record, column.field)) for column in columns(name_of(record))}
    return {name: value for name, value in found.items() if value is not None}
