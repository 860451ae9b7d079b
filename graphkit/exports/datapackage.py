"""A Frictionless data package: CSV files, and what every column of them means."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from graphkit import schema
from graphkit.analysis import analyses
from graphkit.export import Content, export, plain_rows, safely

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}
_KEYS: dict[str, Any] = {"organisations": ["id"], "bodies": ["id"]}
_OWN = {
    "organisation": "id of an organisation",
    "partner": "id of the organisation it is tied to",
    "body": "id of a platform or collaboration",
    "label": "Platform or Collaboration",
    "weight": "strength of the tie",
}


@export("Frictionless data package, a folder of CSV files", "Frictionless 数据包（CSV）", "")
def datapackage(content: Content, path: Path) -> None:
    """Write four CSV files and `datapackage.json`, which gives each column its type and sentence (Data Package 1).

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    path.mkdir()
    resources = []
    for name, table in content.tables.items():
        safely(table).to_csv(path / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
        resources.append(_resource(name, table))
    package = {
        "profile": "tabular-data-package",
        "name": "graphkit-export",
        "title": content.title,
        "description": "Texts that begin with = + - @ or a line break have an apostrophe before them.",
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (path / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def _resource(name: str, table: pd.DataFrame) -> dict[str, Any]:
    rows = plain_rows(table)
    sentences = _sentences()
    fields = []
    for column in map(str, table.columns):
        kinds = {type(row[column]) for row in rows if column in row} or {str}
        field = {"name": column, "type": _TYPES[kinds.pop()], "description": sentences.get(column, "")}
        fields.append({k: v for k, v in field.items() if v})
    told: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if name in _KEYS:
        told["primaryKey"] = _KEYS[name]
    else:
        ends = ("organisation", "partner") if name == "ties" else ("organisation", "body")
        told["foreignKeys"] = [
            {"fields": end, "reference": {"resource": "bodies" if end == "body" else "organisations", "fields": "id"}}
            for end in ends
        ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": told,
    }


def _sentences() -> dict[str, str]:
    told: dict[str, str] = {}
    for found in analyses().values():
        for table in filter(None, (found.row, found.members)):
            if table.label == "Organisation":
                told |= {table.prefix + name: column.sentence for name, column in table.columns().items()}
    kinds = (schema.Collaboration, schema.Platform, schema.MemberOf, schema.TakesPartIn, schema.Organisation)
    told |= {p.name: p.sentence for kind in kinds for p in schema.properties(kind)}
    return told | _OWN
