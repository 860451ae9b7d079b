"""A perspective for Neo4j Explore (formerly Bloom): what nodes look like, and search phrases that draw an answer.

The format has no published description; this is what files look like that Bloom 2.x wrote and read. Persons (人才) are
in no category, and what is in none is hidden.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from graphkit import schema

ROLE_LABELS = {role: "".join(part.capitalize() for part in role.split("_")) for role in schema.ROLES}
# Okabe and Ito (2008), which colour-blind people tell apart: the seven roles have a colour each.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
GREY = "#767676"
_TYPES = {"text": "string", "date": "string", "integer": "bigint", "number": "number", "boolean": "boolean"}
_MADE = 1_735_689_600_000  # the same file every time
_IN = "[:MEMBER_OF|TAKES_PART_IN]"


@dataclass(frozen=True)
class Phrase:
    """A search phrase: its words, with `$parameters`, and the Cypher whose nodes and ties are drawn."""

    text: str
    text_zh: str
    cypher: str
    suggested: tuple[tuple[str, str, str], ...] = ()  # parameter, and the label and property its values come from


_NAME = ("Organisation", "name")
_ZONE = ("Organisation", "zone")
PHRASES = (
    Phrase(
        "Partners of $organisation",
        "合作伙伴",
        f"MATCH p = (o:Organisation {{name: $organisation}})-{_IN}->(body)<-{_IN}-(partner) RETURN p LIMIT 300",
        (("organisation", *_NAME),),
    ),
    Phrase(
        "What ties $first to $second",
        "两个主体的联系",
        f"MATCH p = (a:Organisation {{name: $first}})-{_IN}->(body)<-{_IN}-(b:Organisation {{name: $second}}) RETURN p",
        (("first", *_NAME), ("second", *_NAME)),
    ),
    Phrase(
        "Silo $silo",
        "孤岛成员",
        f"MATCH (o:Organisation {{silo: $silo}}) OPTIONAL MATCH p = (o)-{_IN}->(body) RETURN o, p LIMIT 500",
        (("silo", "Organisation", "silo"),),
    ),
    Phrase(
        "Proposed bridges",
        "建议的桥梁",
        "MATCH p = (a:Organisation)-[:COULD_BRIDGE]->(b:Organisation) RETURN p",
    ),
    Phrase(
        "Brokers and whom they know",
        "中介者",
        "MATCH (o:Organisation) WHERE o.broker_betweenness > 0 WITH o ORDER BY o.broker_betweenness DESC LIMIT 10 "
        f"MATCH p = (o)-{_IN}->(body) RETURN p LIMIT 300",
    ),
    Phrase(
        "Zone $zone",
        "高新区",
        f"MATCH (o:Organisation {{zone: $zone}}) OPTIONAL MATCH p = (o)-{_IN}->(body) RETURN o, p LIMIT 500",
        (("zone", *_ZONE),),
    ),
    Phrase(
        "Between zones $zone and $other",
        "两个高新区之间",
        f"MATCH p = (a:Organisation {{zone: $zone}})-{_IN}->(body)<-{_IN}-(b:Organisation {{zone: $other}}) "
        "RETURN p LIMIT 300",
        (("zone", *_ZONE), ("other", *_ZONE)),
    ),
    Phrase(
        "Organisations without ties",
        "没有合作的主体",
        f"MATCH (o:Organisation) WHERE NOT EXISTS {{ MATCH (o)-{_IN}->(body)<-{_IN}-(partner) }} RETURN o LIMIT 200",
    ),
    Phrase(
        "Technology $technology",
        "技术方向",
        "MATCH p = (x)-[:ABOUT]->(t:Technology {name: $technology}) WHERE NOT x:Person RETURN p LIMIT 300",
        (("technology", "Technology", "name"),),
    ),
    Phrase(
        "Supply chain of $organisation",
        "产业链",
        "MATCH p = (:Organisation {name: $organisation})-[:SUPPLIES*1..2]-(:Organisation) RETURN p LIMIT 300",
        (("organisation", *_NAME),),
    ),
    Phrase(
        "Capital of zone $zone",
        "资金链",
        "MATCH p = (:Organisation {zone: $zone})-[:RAISED]->(:Investment)<-[:FUNDED]-(:Organisation) "
        "RETURN p LIMIT 300",
        (("zone", *_ZONE),),
    ),
    Phrase(
        "Challenges nobody won",
        "无人中标的揭榜需求",
        "MATCH p = (:Organisation)-[:ISSUED]->(c:Challenge) WHERE NOT EXISTS { MATCH (c)<-[:WON]-(o) } "
        "RETURN p LIMIT 200",
    ),
    Phrase(
        "Platforms without an enterprise",
        "无企业参与的平台",
        "MATCH (f:Platform) WHERE NOT EXISTS { MATCH (f)<-[:MEMBER_OF]-(o:Organisation {role: 'enterprise'}) } "
        "OPTIONAL MATCH p = (f)<-[:MEMBER_OF]-(m) RETURN f, p LIMIT 300",
    ),
)


def searching(index: str) -> Phrase:
    """Make the phrase that asks the full-text index of names."""
    call = f"CALL db.index.fulltext.queryNodes('{index}', $words) YIELD node, score"
    return Phrase("Names like $words", "按名称搜索", f"{call} RETURN node ORDER BY score DESC, node.id LIMIT 25")


def role_labels() -> str:
    """Write statements that give each organisation a second label for its role, and, as comments, those that take it.

    Neo4j's own tools choose a colour by label alone. graphkit does not read these labels; run them again after a load.
    """
    lines = [
        "// Colours by role in Neo4j Browser and Explore, which choose them by label. For a Neo4j only: the embedded",
        "// store has one label a node. Run it again after a load; graphkit itself does not read these labels.",
    ]
    every = ":".join(ROLE_LABELS.values())
    lines.append(f"MATCH (o:Organisation) REMOVE o:{every};")
    for role, label in ROLE_LABELS.items():
        lines.append(f"MATCH (o:Organisation {{role: '{role}'}}) SET o:{label};  // {schema.ROLES[role]}")
    lines.append(f"// To take them away: MATCH (o:Organisation) REMOVE o:{every};")
    return "\n".join(lines) + "\n"


def perspective(index: str) -> str:
    """Write the perspective as JSON; `index` is the full-text index that its last phrase asks."""
    kinds = {label: kind for label, kind in schema.NODES.items() if not schema.is_derived(kind) and label != "Person"}
    shown: list[tuple[str, str, type[schema.Record]]] = [
        (f"{label} {schema.ROLES[role]}", label, schema.Organisation) for role, label in ROLE_LABELS.items()
    ]
    shown += [(f"{label} {vars(kind)['zh']}", label, kind) for label, kind in kinds.items()]
    colours = {label: colour for (_, label, _), colour in zip(shown, (*COLOURS, *[GREY] * len(kinds)), strict=True)}
    hidden = [name for name, kind in schema.TIES.items() if "Person" in kind.starts + kind.ends and name == "WORKED_AT"]
    made: dict[str, Any] = {
        "name": "graphkit",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "graphkit/perspective")),
        "version": "2.21.0",
        "type": "STANDARD_PERSPECTIVE",
        "createdAt": _MADE,
        "lastEditedAt": _MADE,
        # The first category that a node has the label of is the one it is drawn in: roles stand before organisations.
        "categories": [
            _category(number, name, label, kind, colours[label]) for number, (name, label, kind) in enumerate(shown, 1)
        ],
        "labels": {label: _keys(label, kind) for _, label, kind in shown},
        "relationshipTypes": [_type(name, kind) for name, kind in schema.TIES.items()],
        "palette": {"colors": [*COLOURS, GREY], "currentIndex": 0},
        "templates": [_template(number, phrase) for number, phrase in enumerate((*PHRASES, searching(index)), 1)],
        "sceneActions": [],
        "hiddenRelationshipTypes": hidden,
        "hiddenCategories": [],
        "hideUncategorisedData": True,
        "maxLimitToastMsgEnabled": False,
        "isAuto": False,
        "history": [],
        "parentPerspectiveId": None,
        "metadata": {
            "pathSegments": [
                {"source": start, "relationshipType": name, "target": end}
                for name, kind in schema.TIES.items()
                for start in kind.starts
                for end in kind.ends
                if "Person" not in (start, end)
            ],
            "indexes": [
                {"label": label, "type": "native", "propertyKeys": [{"key": "id", "metadataProp": False}]}
                for label in kinds
            ],
        },
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _properties(kind: type[schema.Record]) -> dict[str, str]:
    """Give the type of each property that is one value."""
    return {p.name: _TYPES[p.type] for p in schema.properties(kind) if p.type in _TYPES}


def _category(number: int, name: str, label: str, kind: type[schema.Record], colour: str) -> dict[str, Any]:
    told = [{"name": key, "exclude": False, "dataType": type_} for key, type_ in _properties(kind).items()]
    return {
        "id": number,
        "name": name,
        "labels": [label],
        "properties": told,
        "color": colour,
        "icon": "no-icon",
        "size": 1,
        "textSize": 1,
        "textAlign": "top",
        "captions": [_caption("name", "property") | {"isGdsData": False}],
        "captionKeys": [],
        "styleRules": [],
        "createdAt": _MADE,
        "lastEditedAt": _MADE,
    }


def _type(name: str, kind: type[schema.Record]) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "color": "#D55E00" if name == "COULD_BRIDGE" else "#A5ABB6",
        "properties": [{"propertyKey": k, "type": name, "dataType": t} for k, t in _properties(kind).items()],
        "size": 3 if name == "COULD_BRIDGE" else 1,
        "textSize": 1,
        "textAlign": "top",
        "captions": [_caption(name, "relationship")],
        "captionKeys": [],
        "styleRules": [],
    }


def _caption(key: str, type_: str) -> dict[str, Any]:
    return {"key": key, "type": type_, "isCaption": True, "inTooltip": True, "styles": []}


def _keys(label: str, kind: type[schema.Record]) -> list[dict[str, str]]:
    return [{"propertyKey": key, "type": label, "dataType": type_} for key, type_ in _properties(kind).items()]


def _template(number: int, phrase: Phrase) -> dict[str, Any]:
    suggested = {name: (label, key) for name, label, key in phrase.suggested}
    names = [word.removeprefix("$") for word in phrase.text.split() if word.startswith("$")]
    return {
        "id": f"tmpl:{_MADE + number}",
        "name": f"{phrase.text} {phrase.text_zh}",
        "text": phrase.text,
        "cypher": phrase.cypher,
        "createdAt": _MADE + number,
        "isUpdateQuery": None,
        "isWriteTransactionChecked": None,
        "hasCypherErrors": False,
        "params": [
            {
                "name": f"${name}",
                "dataType": "String",
                "collapsed": False,
                "suggestionLabel": suggested.get(name, (None, None))[0],
                "suggestionProp": suggested.get(name, (None, None))[1],
                "suggestionBoolean": False,
                "cypher": None,
            }
            for name in names
        ],
    }
