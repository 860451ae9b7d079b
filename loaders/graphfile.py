"""Graph files: GraphML, GEXF, Pajek, GML and JSON, as Gephi, networkx, igraph, yEd and Pajek write them.

Nodes are organisations, unless an attribute (`type`, `label`, `bipartite`) names another label of the schema, a Pajek
network has two modes (organisations and what they take part in), or a mapping says so.

A tie between two organisations becomes a collaboration of these two, by itself; its direction and its weight, which may
be a count or anything else, are not kept. It keeps its direction where an attribute (`tie`, `type`, `relation`) names a
kind of tie, like SUPPLIES or SUBSIDIARY_OF. A tie between an organisation and something else becomes the one kind of
tie that the schema has between these two. Parallel ties are several collaborations; an organisation without ties stays;
a tie of something to itself, or to a node that the file lacks, is rejected. Persons are loaded where a mapping says so,
which whoever writes it should do only if they agreed.

Attributes are kept where they have the name of a property, in English or Chinese and any case, and most of their values
fit; or where a mapping (YAML) says so:

    nodes: {label: category, id: ROR, name: title, role: sector}    # property of the schema: attribute of the file
    edges: {tie: relation, kind: =project, from: since}             # what follows = is the value itself
    values:                                                         # attribute: {value there: value of the schema}
      sector: {univ: university, firm: enterprise}
      relation: {owns: SUBSIDIARY_OF, partner: Collaboration}

Ids with a scheme (`ror:`, `pic:`, also https://ror.org/...) stay. Others become `own:` and the id, but for running
numbers (`12`, `n12`), which mean something else in every file: they become `own:` with the file's name and the label.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from graphkit.errors import UsageError
from graphkit.formats import graphfiles
from graphkit.formats.cells import Form, folded
from graphkit.formats.decoding import listed
from graphkit.formats.graphfiles import Element, GraphFile
from graphkit.formats.graphfiles import mapping as mappings
from graphkit.formats.graphfiles.column import Column, by_attribute, misfits
from graphkit.formats.graphfiles.mapping import Mapping, given
from graphkit.formats.graphfiles.terms import SYNONYMS, labels, properties_by_term, shown, term, text, tie_types
from graphkit.formats.reading import BadValue, Reject, Spared, cell_alone, reads, remark
from graphkit.naming.names import identifier
from graphkit.schema import NODES, TIES, Collaboration, Property, Record, TakesPartIn, is_derived, properties

LICENCE = "that of the file, which whoever made it can tell"
EXPECT = {"Organisation": (1, 1_000_000)}

_LABELLED_BY = ("label", "labels", "type", "bipartite", "类型", "标签")
_TIED_BY = ("tie", "type", "relation", "relationship", "label", "labels", "kind", "关系")
_SECOND_MODE = {"0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}  # igraph's is true
_ENDS = ("source", "target")
_UNKNOWN_END = "is no node of this file, or one that was rejected; add or mend the node, or take the tie out"
_RUNNING = re.compile(r"[A-Za-z]{0,2}\d+(\.0)?")
_SCHEMED = re.compile(r"(?:ror|pic|uscc|grid|own|md5|openalex|rcn|grant):\S.*")
_SCHEME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_ID = 200

Kept = list[tuple[Element, list[str], dict[str, Any]]]  # ties with their ends and facts


def load(
    path: Annotated[Path, "graph file: GraphML, GEXF, Pajek, GML or JSON, also packed by gzip"],
    *,
    mapping: Annotated[Path | None, "YAML file that says which attribute is which property"] = None,
    nodes: Annotated[str, "label of the nodes of which nothing else says what they are"] = "Organisation",
    scheme: Annotated[str | None, "scheme of the ids that carry none, like pic or ror"] = None,
    encoding: Annotated[str | None, "encoding of the file; found out if it is not given"] = None,
) -> Iterator[Record | Reject]:
    """Yield what the nodes and the ties of a graph file become."""
    if nodes not in labels().values():
        raise UsageError(f"--nodes {nodes!r} is no label of data; there are: {listed(_known_labels())}")
    if scheme is not None and not _SCHEME.fullmatch(scheme):
        raise UsageError(f"--scheme {scheme!r} is no scheme of ids; it has small letters, like pic, ror or own")
    told = Mapping() if mapping is None else mappings.read(mapping)
    graph = graphfiles.read(path, encoding)
    reads(path)
    told.fit(graph)
    yield from _Reader(graph, told, nodes, scheme).records()


class _Reader:
    """Makes records of the nodes and the ties of one file."""

    def __init__(self, graph: GraphFile, told: Mapping, label: str, scheme: str | None) -> None:
        self.graph, self.told, self.label, self.scheme = graph, told, label, scheme
        self.known: dict[str, tuple[str, str, Element]] = {}  # by id in the file: label, id in the graph, the node
        self.not_kept: dict[str, dict[str, str]] = {"nodes": {}, "ties": {}}  # attribute: why
        self.directions = 0

    def records(self) -> Iterator[Record | Reject]:
        """Yield nodes, then ties, then say what was not kept."""
        yield from self._nodes()
        yield from self._ties()
        file = self.graph.path.name
        for what, reasons in self.not_kept.items():
            if reasons:
                told = "; ".join(f"{names} {reason}" for reason, names in _by_reason(reasons))
                remark(f"not kept of what the {what} of {file} say: {told}")
        if self.directions:
            remark(
                f"{self.directions:,} ties of {file} have a direction, which a collaboration has not; a mapping can "
                "make them SUPPLIES or SUBSIDIARY_OF"
            )
        if not self.graph.encoding.startswith("utf-8"):
            remark(f"{file} was read as {self.graph.encoding}")

    def _nodes(self) -> Iterator[Record | Reject]:
        teller = self.told.nodes.get("label") or _teller(self.graph.nodes, _LABELLED_BY, self._label_of)
        identify = self._identify()
        kinds: dict[str, list[tuple[Element, str]]] = defaultdict(list)
        for node in self.graph.nodes:
            try:
                _hold_usable(node)
                id_ = identify(node)
                said = given(node, teller)
                label = self._label_of(teller, said) if said else self.label
                if label == "Person" and "label" not in self.told.nodes and self.label != "Person":
                    raise BadValue(teller, said, "is a person; a mapping must say so (label), once all of them agreed")
                before = self.known.setdefault(node.id or "", (label, id_, node))
                if before[2].attributes != node.attributes:
                    raise BadValue("id", node.id or "", f"names another node at line {before[2].line} already")
            except BadValue as bad:
                yield self._reject(node, bad)
                continue
            kinds[label].append((node, id_))
        for label, ours in kinds.items():
            columns = self._columns("nodes", NODES[label], [node for node, _ in ours], teller)
            for node, id_ in ours:
                spared = Spared()
                try:
                    facts = _with_names(_facts(columns, node, spared), node, id_)
                except BadValue as bad:
                    yield self._reject(node, bad)
                else:
                    yield NODES[label](id=id_, row=self._where(node), **facts)
                    yield from self._cells(node, spared)

    def _label_of(self, teller: str, said: str) -> str:
        meaning = self.told.meaning(teller, said)
        if folded(meaning) in _SECOND_MODE and folded(teller) in ("bipartite", "type"):
            return "Collaboration" if _SECOND_MODE[folded(meaning)] else self.label
        if (label := labels().get(term(meaning))) is None:
            raise BadValue(teller, shown(said), f"is no label; there are: {listed(_known_labels())}")
        return label

    def _identify(self) -> Callable[[Element], str]:
        """Choose how ids are made, by what all ids of the file look like."""
        named_by = self.told.nodes.get("id", "")
        bare = [node for node in self.graph.nodes if node.id and not _SCHEMED.fullmatch(_plain_id(node.id))]
        running = all(_RUNNING.fullmatch(node.id or "") for node in bare)
        called = (self.told.nodes.get("name", "name"), "label")
        names = {id(node): next(filter(None, (_first(node, name) for name in called)), "") for node in bare}
        different = len(set(names.values())) == len(names) and all(names.values())
        telling = different and not all(map(_RUNNING.fullmatch, names.values()))
        stem = " ".join(self.graph.path.name.split(".")[0].split()) or "graph"

        def identify(node: Element) -> str:
            own = text("id", node.id or "")
            if not own:
                raise BadValue("id", "", "is missing, so that no tie can name this node")
            said = given(node, named_by)
            id_ = _plain_id(said or own)
            if _SCHEMED.fullmatch(id_):
                return id_
            if self.scheme is not None and (said or not named_by):
                return f"{self.scheme}:{id_}"
            if said or not running:
                return f"own:{id_}"
            return f"own:{stem}/{text('name', names[id(node)]) if telling else id_}"

        return identify

    def _ties(self) -> Iterator[Record | Reject]:
        ties = self.graph.ties
        teller = self.told.edges.get("tie") or _teller(ties, _TIED_BY, self._tie_of)
        kinds: dict[str, list[tuple[Element, list[str]]]] = defaultdict(list)
        for tie in ties:
            try:
                ends = self._ends(tie)
                kind, ends = self._kind(tie, teller, ends)
            except BadValue as bad:
                yield self._reject(tie, bad, "tie" if bad.reason == _UNKNOWN_END else "value")
            else:
                kinds[kind].append((tie, ends))
        for kind, ours in kinds.items():
            made = Collaboration if kind == "Collaboration" else TIES[kind]
            columns = self._columns("edges", made, [tie for tie, _ in ours], teller)
            kept: Kept = []
            for tie, ends in ours:
                spared = Spared()
                try:
                    kept.append((tie, ends, _facts(columns, tie, spared)))
                except BadValue as bad:
                    yield self._reject(tie, bad)
                else:
                    yield from self._cells(tie, spared)
            if kind == "Collaboration":
                yield from self._collaborations(kept)
                continue
            for tie, ends, facts in kept:
                (start_label, start, _), (end_label, end, _) = (self.known[end] for end in ends)
                facts |= {"start_label": start_label, "end_label": end_label, "row": self._where(tie)}
                yield TIES[kind](start=start, end=end, **facts)

    def _ends(self, tie: Element) -> list[str]:
        """Return the ends of a tie by their ids in the file; each must be a node of it, and not all the same one."""
        _hold_usable(tie)
        columns = _ENDS if len(tie.ends) == 2 else ("endpoint",) * len(tie.ends)
        for column, end in zip(columns, tie.ends, strict=False):
            if end not in self.known:
                raise BadValue(column, shown(end), _UNKNOWN_END)
        if not tie.ends:
            raise BadValue("endpoint", "", "is missing: the tie has no end at all")
        if len(tie.ends) == 2 and len({self.known[end][1] for end in tie.ends}) == 1:
            raise BadValue("target", tie.ends[1], "is the source as well: nothing collaborates with itself")
        return tie.ends

    def _kind(self, tie: Element, teller: str, ends: list[str]) -> tuple[str, list[str]]:
        """Find what a tie becomes: Collaboration, or a type of the schema with its ends in that type's order."""
        kinds = [self.known[end][0] for end in ends]
        said = given(tie, teller)
        told = self._tie_of(teller, said) if said else ""
        if set(kinds) == {"Organisation"} and told in ("", "Collaboration"):
            return "Collaboration", ends
        if len(ends) != 2:
            raise BadValue("endpoint", str(len(ends)), "ends are too many where not all are organisations")
        names = [told] if told and told != "Collaboration" else _known_ties()
        for first, second in ((0, 1), (1, 0)):
            fitting = [n for n in names if kinds[first] in TIES[n].starts and kinds[second] in TIES[n].ends]
            if len(fitting) == 1:
                return fitting[0], [ends[first], ends[second]]
            if fitting:
                raise BadValue(teller or "tie", said, f"may be {' or '.join(fitting)}; a mapping must say which (tie)")
        between = " and ".join(f"{'an' if label[0] in 'AEIO' else 'a'} {label}" for label in kinds)
        raise BadValue(teller or "tie", said, f"joins {between}, for which the schema has no{' such' * bool(told)} tie")

    def _tie_of(self, teller: str, said: str) -> str:
        if (name := tie_types().get(term(self.told.meaning(teller, said)))) is None:
            raise BadValue(teller, shown(said), f"is no kind of tie; there are: Collaboration, {listed(_known_ties())}")
        return name

    def _collaborations(self, kept: Kept) -> Iterator[Record]:
        """Make a collaboration of each tie; of parallel ones their facts, not their order, say which is which."""
        groups: dict[str, list[tuple[tuple[int, str], Element, list[str], dict[str, Any]]]] = defaultdict(list)
        for tie, ends, facts in kept:
            members = sorted({self.known[end][1] for end in ends})
            groups[_joint_id(members)].append(((len(facts), repr(sorted(facts.items()))), tie, members, facts))
            self.directions += tie.directed
        for id_, parallel in groups.items():
            for number, (_, tie, members, facts) in enumerate(sorted(parallel, key=lambda each: each[0]), 1):
                where, own = self._where(tie), id_ if number == 1 else f"{id_} #{number}"
                yield Collaboration(id=own, row=where, **facts)
                for member in members:
                    yield TakesPartIn(start=member, end=own, row=where)

    def _columns(self, part: str, kind: type[Record], elements: list[Element], teller: str) -> list[Column]:
        """Find where each property comes from: as told, else from the attribute of its name if most values fit."""
        told = self.told.nodes if part == "nodes" else self.told.edges
        not_kept = self.not_kept["nodes" if part == "nodes" else "ties"]
        found: dict[str, Column] = {}

        def column(declared: Property, attribute: str) -> Column:
            return Column(declared, attribute, Form(values=self.told.values.get(attribute)))

        declared = {p.name: p for p in properties(kind) if p.name not in ("id", "row")}
        for name, attribute in told.items():
            if name in declared:
                found[name] = column(declared[name], attribute)
        names = by_attribute(elements)
        used = {each.attribute for each in found.values()} | {teller, told.get("id", "")}
        by_term = properties_by_term(kind)
        for attribute in sorted(names, key=lambda name: (term(name) in SYNONYMS, name)):
            here = by_term.get(term(attribute))
            if attribute in used or (part == "nodes" and attribute == "label" and "name" in found):
                continue  # a label beside a name becomes an alias
            if here is None or here.name in found:
                if attribute != "weight":
                    not_kept.setdefault(attribute, f"({_no_property(here)})")
                elif any(_first(element, "weight") not in ("", "1", "1.0") for element in names["weight"]):
                    not_kept[attribute] = "(every tie is one collaboration, whatever its weight)"
                continue
            wrong = misfits(column(here, attribute), names[attribute])
            if 2 * len(wrong) < len(names[attribute]):
                found[here.name] = column(here, attribute)
                not_kept.pop(attribute, None)
            else:
                not_kept.setdefault(attribute, f"({wrong[0].value!r} {wrong[0].reason})")
        return list(found.values())

    def _where(self, element: Element) -> str:
        file, number = self.graph.place(element)
        return f"{file}:{number}"

    def _cells(self, element: Element, spared: Spared) -> Iterator[Reject]:
        return (cell_alone(self._reject(element, bad)) for bad in spared.spoilt)

    def _reject(self, element: Element, bad: BadValue, kind: str = "value") -> Reject:
        file, number = self.graph.place(element)
        return Reject(file, number, bad.column, shown(bad.value), bad.reason, self.graph.raw(element), kind)


def _known_labels() -> list[str]:
    return sorted(set(labels().values()))


def _known_ties() -> list[str]:
    return [name for name, kind in TIES.items() if not is_derived(kind)]


def _teller(elements: list[Element], names: Iterable[str], means: Callable[[str, str], str]) -> str:
    """Find the attribute that says what nodes or ties are: one of these names, most values of which are such terms."""
    for attribute, having in sorted(by_attribute(elements).items()):
        if folded(attribute) not in names:
            continue
        values = Counter(_first(element, attribute) for element in having)
        del values[""]
        fitting = 0
        for said, times in values.items():
            try:
                means(attribute, said)
                fitting += times
            except BadValue:
                continue
        if 2 * fitting > values.total():
            return attribute
    return ""


def _first(element: Element, attribute: str) -> str:
    said = element.attributes.get(attribute, "")
    return " ".join((said if isinstance(said, str) else next(iter(said), "")).split())


def _hold_usable(element: Element) -> None:
    if element.fault:
        raise BadValue("", "", element.fault)


def _facts(columns: list[Column], element: Element, row: Spared) -> dict[str, Any]:
    """Read the values of an element; what is bad is left out, as are two days of which the last lies before the first.

    Whether a sameness was confirmed or refused is more than a value: without it the tie would say something else.
    """
    read_ = {
        column.property.field: column.value(element)
        if column.property.name == "status"
        else row.spare(column.value, element)
        for column in columns
    }
    facts: dict[str, Any] = {name: fact for name, fact in read_.items() if fact is not None and fact != ()}
    if "from_" in facts and "to" in facts and facts["to"] < facts["from_"]:
        first, last = facts.pop("from_"), facts.pop("to")
        row.spoil(BadValue("to", last, f"lies before {first}, so that neither is used"))
    return facts


def _with_names(facts: dict[str, Any], node: Element, id_: str) -> dict[str, Any]:
    """Give a node that has no name its label or id for one, and keep a label that differs from the name."""
    label = text("label", node.attributes.get("label", ""))
    if "name" not in facts:
        name = label or (text("id", node.id or "") if id_.startswith("own:") else None)
        return {**facts, "name": name} if name else facts
    if label in ("", facts["name"], node.id) or _RUNNING.fullmatch(label):
        return facts
    return {**facts, "aliases": tuple(sorted({*facts.get("aliases", ()), label}))}


def _plain_id(id_: str) -> str:
    """Return an id of a register in its one form (`https://ror.org/...` is `ror:...`), any other as it is."""
    return (identifier(id_) or id_) if ":" in id_ else id_


def _joint_id(members: list[str]) -> str:
    """Make the id of what these organisations do together; stable, and another one for others.

    >>> _joint_id(["own:a", "ror:b"])
    'own:a|ror:b'
    """
    parts = [member.removeprefix("own:").replace("%", "%25").replace("|", "%7C") for member in members]
    joined = "|".join(parts)
    if len(joined) > _LONGEST_ID:
        joined = hashlib.sha256(joined.encode()).hexdigest()[:32]
    return f"own:{joined}"


def _no_property(taken: Property | None) -> str:
    return "no property has this name" if taken is None else f"another attribute is the {taken.name}"


def _by_reason(reasons: dict[str, str]) -> Iterator[tuple[str, str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for attribute, reason in sorted(reasons.items()):
        names[reason].append(attribute)
    return ((reason, listed(attributes)) for reason, attributes in names.items())
