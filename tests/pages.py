"""A network with hostile names, and results made up for it, so that views are tested without waiting for analyses."""

import base64
import json
import re
import zlib
from typing import Annotated, Any

import numpy as np
import pandas as pd
from small_graphs import consortia

from graphkit.analysis import Analysis, Result, Row
from graphkit.layout import components
from graphkit.network import Network
from graphkit.view import Page

HOSTILE = (
    "<script>document.title='run'</script>",
    "</script><script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "<svg onload=\"document.title='run'\">",
    "<a href=\"javascript:document.title='run'\">a</a>",
    "javascript:document.title='run'",
    "\"><body onload=document.title='run'>",
    "'-document.title='run'-'",
    "${document.title='run'}",
    "{{ config }} {% raw %}",
    "<!--<script>document.title='run'//-->",
    "<iframe srcdoc=\"<script>parent.document.title='run'</script>\">",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202eevil\u202c \u200f\u2067RTL\u2069",
    "line\u2028separator\u2029and\nnewline\tTAB",
    "N" * 10_000,
    "&lt;b&gt; &amp; &quot; %3Cscript%3E",
    "\\u003cscript\\u003e \\\\ '}) DETACH DELETE (n) //",
    "名称<b>粗</b>，含“引号”与😀",
)

_RUN = (
    "document.title='run'",
    "fetch('http://127.0.0.1/')",
    "location='http://127.0.0.1/'",
    "new Image().src='http://127.0.0.1/'",
    "import('http://127.0.0.1/x.js')",
)
_AROUND = (
    "<script type=module>RUN</script>",
    '<img srcset=x onerror="RUN">',
    "<svg/onload=RUN>",
    '<details open ontoggle="RUN">',
    '<video><source onerror="RUN">',
    '<input autofocus onfocus="RUN">',
    "<math><mtext><style><img src=x onerror=RUN></style>",
    '<iframe src="javascript:RUN">',
    '<object data="javascript:RUN">',
    '<form action="javascript:RUN"><button>',
    '<base href="http://127.0.0.1/"><script>RUN</script>',
    "<link rel=stylesheet href=http://127.0.0.1/ onload=RUN>",
    '<meta http-equiv=refresh content="0;url=javascript:RUN">',
    "<template><script>RUN</script></template>",
    '\u202e<b onmouseover="RUN">\u202c',
    "';RUN;//",
)
HUNDRED = (*HOSTILE, *(around.replace("RUN", run) for around in _AROUND for run in _RUN))


def data_of(html: str) -> dict[str, Any]:
    """What a page carries, unpacked as its script does it."""
    (block,) = re.findall(r'<script type="text/plain" id="data">([A-Za-z0-9+/=]*)</script>', html)
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(block)))
    return data


def ints(text: str) -> list[int]:
    """Undo payload.numbers, as the script of the page does."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    width = int(text[0])
    each = (text[at : at + width] for at in range(1, len(text), width))
    return [sum(signs.index(sign) * 64**place for place, sign in enumerate(reversed(part))) - 1 for part in each]


class Group(Row):
    """A group and how far it keeps to itself."""

    group: Annotated[str, "group (群组)"]
    name: Annotated[str, "name of the group"]
    members: Annotated[int, "organisations in it"]
    external_share: Annotated[float, "share of its ties that leave it"]
    expected: Annotated[float, "what chance gives"]
    expected_low: Annotated[float, "low end of what chance gives"]
    expected_high: Annotated[float, "high end of what chance gives"]
    verdict: Annotated[str, "silo, leaning inward, open, neither, too small"]

    @classmethod
    def sentence(cls, row: Any, language: str) -> str:
        share = f"{100 * row['external_share']:.0f} %"
        return f"{row['name']}：{share} 通向外部。" if language == "zh" else f"{row['name']}: {share} leave it."


class Member(Row):
    """Which group an organisation is in."""

    label, key = "Organisation", "id"
    id: Annotated[str, "organisation"]
    silo: Annotated[int, "its group"]
    silo_verdict: Annotated[str, "verdict on its group"]
    silo_name: Annotated[str, "name of its group"]


class Between(Row):
    """One organisation and what runs through it."""

    label, key = "Organisation", "id"
    id: Annotated[str, "organisation"]
    name: Annotated[str, "its name"]
    broker_partners: Annotated[int, "partners"]
    broker_betweenness: Annotated[float, "share of shortest paths"]


class Proposal(Row):
    """One proposed tie."""

    tie, start, end = "COULD_BRIDGE", "start", "end"
    start: Annotated[str, "one end"]
    end: Annotated[str, "the other end"]
    start_name: Annotated[str, "its name"]
    end_name: Annotated[str, "its name"]
    rank: Annotated[int, "place in the portfolio"]
    gain: Annotated[float, "gain in efficiency"]
    feasibility: Annotated[float, "likelihood"]
    reasons: Annotated[str, "why"]
    evidence: Annotated[str, "rows that say so"]

    @classmethod
    def sentence(cls, row: Any, language: str) -> str:
        joined = f"{row['start_name']} – {row['end_name']}"
        return f"建议 {joined}。" if language == "zh" else f"Join {joined}."


class Advice(Row):
    """One organisation and one partner proposed to it."""

    written = False
    organisation: Annotated[str, "organisation"]
    candidate: Annotated[str, "whom it could work with"]

    @classmethod
    def sentence(cls, row: Any, language: str) -> str:
        return f"Work with {row['candidate']}."


def hostile_network() -> Network:
    """300 organisations in 100 consortia of three groups; the first twenty have hostile names, ids and facts."""
    net = consortia(5, organisations=300, bodies=100, groups=3, mixing=0.1)
    seats = net.memberships.assign(row=[f"seats.csv:{i + 2}" for i in range(len(net.memberships))])
    people = net.organisations.assign(country=["DE", "FR", "CN"] * 100, role=["enterprise", "university", None] * 100)
    for column in ("name", "city", "sector"):
        people.loc[: len(HOSTILE) - 1, column] = HOSTILE
    people["row"] = [f"people.csv:{i + 2}" for i in range(len(people))]
    people.loc[1, "id"] = HOSTILE[1]
    bodies = net.bodies.assign(
        **{"from": "2015-01-01", "to": "2018-12-31", "label": "Collaboration", "kind": "project"}
    )
    bodies["name"] = [*HOSTILE, *(f"project {i}" for i in range(len(bodies) - len(HOSTILE)))]
    return Network.from_frames(
        people,
        bodies,
        seats.assign(
            organisation=people["id"].to_numpy()[seats["organisation"]], body=bodies["id"].to_numpy()[seats["body"]]
        ),
    )


def hundredfold(net: Network) -> Network:
    """The same network with a hundred hostile texts in every field of organisations, bodies and seats that is read."""
    people, bodies, seats = net.organisations.copy(), net.bodies.copy(), net.memberships.copy()
    ids, body = people["id"].to_numpy(), bodies["id"].to_numpy()
    for frame, fields in (
        (people, ("name", "name_zh", "city", "sector", "zone", "row")),
        (bodies, ("name", "name_zh")),
        (seats, ("role", "row")),
    ):
        texts = [HUNDRED[at % len(HUNDRED)] for at in range(len(frame))]
        for field in fields:
            frame[field] = texts
    people["aliases"] = [(text,) for text in people["name"]]
    seats = seats.assign(organisation=ids[seats["organisation"]], body=body[seats["body"]])
    return Network.from_frames(people, bodies, seats)


def made_up(net: Network) -> Page:
    """Results in the form of the real ones: a silo and two others, brokers by partners, six proposals."""
    label = net.organisations["region"].astype("category").cat.codes.to_numpy() if len(net) else components(net)
    ids, names = net.organisations["id"], net.organisations["name"].fillna("")
    verdicts = ["silo", "open", "neither"]
    groups = pd.DataFrame(
        {
            "group": [str(g) for g in range(3)],
            "name": [HOSTILE[0], "second group", "第三组"],
            "members": np.bincount(label, minlength=3)[:3],
            "external_share": [0.1, 0.5, 0.3],
            "expected": 0.4,
            "expected_low": 0.35,
            "expected_high": 0.45,
            "verdict": verdicts,
        }
    )
    named = groups["name"].to_numpy(dtype=object)[label % 3]
    members = pd.DataFrame(
        {"id": ids, "silo": label, "silo_verdict": np.array(verdicts, dtype=object)[label % 3], "silo_name": named}
    )
    partners = np.diff(net.ties.indptr)
    order = np.lexsort((np.arange(len(net)), -partners))
    brokers = pd.DataFrame(
        {"id": ids, "name": names, "broker_partners": partners, "broker_betweenness": partners / partners.sum()}
    ).iloc[order]
    ends = [(i, i + 100) for i in range(6)]
    proposals = pd.DataFrame(
        {
            "start": [ids[a] for a, _ in ends],
            "end": [ids[b] for _, b in ends],
            "start_name": [names[a] for a, _ in ends],
            "end_name": [names[b] for _, b in ends],
            "rank": range(1, 7),
            "gain": [0.01 / (i + 1) for i in range(6)],
            "feasibility": [0.1 * i for i in range(6)],
            "reasons": [f"same topic; {HOSTILE[i]}" for i in range(6)],
            "evidence": "seats.csv:2; seats.csv:3",
        }
    )
    advice = pd.DataFrame({"organisation": [ids[a] for a, _ in ends], "candidate": [ids[b] for _, b in ends]})
    return Page(
        {
            "silos": result(net, "silos", groups, Group, members, Member),
            "brokers": result(net, "brokers", brokers.reset_index(drop=True), Between),
            "bridges": result(net, "bridges", proposals, Proposal),
            "proposals learned_from=300": result(net, "proposals", advice, Advice),
        },
        {"silos by=region": f"No organisation has a region. {HOSTILE[2]}"},
        f"Hostile {HOSTILE[0]}",
        ({"name": HOSTILE[3], "licence": "CC0", "rows_in": 300},),
    )


def _method(net: Network) -> pd.DataFrame:
    """Make a table up.

    Nothing is measured: the numbers stand for those of the real analysis <script>document.title='run'</script>.
    """
    return net.organisations


def result(
    net: Network,
    name: str,
    table: pd.DataFrame,
    row: type[Row],
    members: pd.DataFrame | None = None,
    member: type[Row] | None = None,
) -> Result:
    """Make a table the result of an analysis that is none."""
    declared = Analysis(
        name, name.capitalize(), name, "silos", f"What of {name}?", f"{name} 如何？", _method, row, member, ()
    )
    where = {"analysis": name, "parameters": {"seed": 3}, "seed": 3, "versions": {"x": "1"}, "data_hash": net.hash}
    return Result(declared, table, members, (HOSTILE[4],), where)
