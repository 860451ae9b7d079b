"""The read guard: what writes or reaches outside is refused without effect, and what reads passes, on both stores."""

from pathlib import Path

import pytest
import rich_graph

from graphkit import snapshot
from graphkit.errors import QueryError
from graphkit.guard import guard
from graphkit.project import Project

ONE = "(o:Organisation {id: 'own:o01'})"
PLAIN = [
    "CREATE (n:Organisation {id: 'own:new'})",
    "CREATE (n:Fresh)",
    "CREATE ()",
    "CREATE (n:Organisation {id: 'own:new'}) RETURN n.id AS id",
    "MERGE (n:Organisation {id: 'own:new'})",
    "MERGE (n:Organisation {id: 'own:new'}) ON CREATE SET n.name = 'x'",
    "MERGE (n:Organisation {id: 'own:o01'}) ON MATCH SET n.name = 'x'",
    f"MATCH {ONE} SET o.name = 'x'",
    f"MATCH {ONE} SET o += {{name: 'x'}}",
    f"MATCH {ONE} SET o = {{id: 'own:o01'}}",
    f"MATCH {ONE} SET o:Fresh",
    f"MATCH {ONE} REMOVE o.name",
    f"MATCH {ONE} REMOVE o:Organisation",
    f"MATCH {ONE} DETACH DELETE o",
    "MATCH (o:Organisation {id: 'own:o59'})-[t]-() DELETE t",
    "MATCH ()-[t:MEMBER_OF]->() DELETE t",
    "MATCH ()-[t:MEMBER_OF]->() SET t.role = 'x'",
    "MATCH ()-[t:MEMBER_OF]->() REMOVE t.role",
    "MATCH (a:Organisation), (b:Organisation) WHERE a.id < b.id CREATE (a)-[:TIED_TO]->(b)",
    "MATCH (a:Organisation {id: 'own:o01'}), (b:Organisation {id: 'own:o02'}) MERGE (a)-[:TIED_TO]->(b)",
    "FOREACH (i IN [1, 2] | CREATE (:Fresh {i: i}))",
    f"MATCH {ONE} FOREACH (i IN [1] | SET o.name = 'x')",
    "UNWIND [1, 2] AS i CREATE (:Fresh {i: i})",
    f"MATCH {ONE} WITH o SET o.name = 'x' RETURN o.id AS id",
    "CALL { CREATE (n:Fresh) RETURN n } RETURN n",
    f"MATCH {ONE} CALL {{ WITH o SET o.name = 'x' }} RETURN o.id AS id",
    f"MATCH {ONE} OPTIONAL MATCH (o)-[t]-() DELETE t",
    "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 10 ROWS",
    "MATCH (o:Organisation) WHERE o.zone = 'Donghu' SET o.zone = 'x' RETURN count(o) AS n",
    "MATCH p = (:Organisation)-[:MEMBER_OF]->(:Platform) UNWIND relationships(p) AS t DELETE t",
    "MATCH (o:Organisation) WITH o LIMIT 1 DETACH DELETE o",
    "RETURN 1 AS x UNION CREATE (n:Fresh) RETURN 2 AS x",
    "INSERT (:Fresh {id: 1})",
    "CREATE INDEX fresh FOR (n:Organisation) ON (n.founded)",
    "CREATE CONSTRAINT fresh FOR (n:Organisation) REQUIRE n.founded IS UNIQUE",
    "DROP CONSTRAINT organisation_id",
    "DROP INDEX organisation_role",
    "CREATE USER fresh SET PASSWORD 'canary-canary'",
    "ALTER USER neo4j SET PASSWORD 'canary-canary'",
    "DROP USER neo4j",
    "CREATE DATABASE fresh",
    "CALL db.createLabel('Fresh')",
    "CALL db.createProperty('fresh')",
    "CALL db.createRelationshipType('FRESH')",
    "CALL apoc.cypher.doIt('CREATE (:Fresh)', {}) YIELD value RETURN value",
    "CALL apoc.create.node(['Fresh'], {}) YIELD node RETURN node",
    "CALL apoc.periodic.iterate('MATCH (n) RETURN n', 'DETACH DELETE n', {})",
    "CALL apoc.refactor.rename.label('Organisation', 'Fresh')",
    "INSERT INTO Organisation SET id = 'own:new'",
    "DELETE FROM Organisation",
]
# Each plain one again, hidden in as many ways as there are of writing a statement.
DISGUISES = (
    "// title of nothing\n{}",
    "/* RETURN 1 */ {}",
    "{} // RETURN 1",
    "\n\t {}\n;",
    "EXPLAIN {}",
    "PROFILE {}",
    "RETURN 1 AS x; {}",
    "CYPHER 5 {}",
)
HIDDEN = [DISGUISES[i % len(DISGUISES)].format(text) for i, text in enumerate(PLAIN)]
CASED = [text.replace("CREATE", "cReAtE").replace("SET", "seT").replace("DELETE", "dElEtE") for text in PLAIN[:12]]
WRITING = [*PLAIN, *HIDDEN, *CASED]

OUTSIDE = [
    "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    "load /* so */ csv with headers from 'http://127.0.0.1:9' as line return line",
    "LOAD // RETURN\nCSV FROM 'http://169.254.169.254' AS line RETURN line",
    "MATCH (n) CALL { LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line } RETURN line",
    "CALL apoc.load.json('http://127.0.0.1:9') YIELD value RETURN value",
    "CALL `apoc`.`load`.`json`('http://127.0.0.1:9') YIELD value RETURN value",
    "CALL apoc . load /* so */ . xml('http://127.0.0.1:9') YIELD value RETURN value",
    "RETURN '//' AS a CALL apoc.load.json('x') YIELD value RETURN value",
    "RETURN apoc.cypher.runFirstColumnSingle('RETURN 1', {}) AS x",
    "RETURN apoc.static.get('x') AS x",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL dbms.killQuery('1')",
    "OPTIONAL CALL dbms.listConfig() YIELD name RETURN name",
    "CALL custom.anything()",
    "CALL gds.graph.drop('x')",
    "SHOW USERS",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "SHOW ALL USERS",
    "MATCH (n:`a\\u0060) DETACH DELETE n //`) RETURN n",
    "MATCH (n:Organisation) RETURN '\\u0027 AS x LOAD CSV FROM' AS y",
    "RETURN '\\\\u0027 AS x'",
    "RETURN 1 AS \\uFEFFx",
    "L\u180eOAD CSV FROM 'x' AS y RETURN y",
    "RETURN 1 AS x; RETURN 2 AS x",
]

READ_EACH = [
    "MATCH (n:{label}) RETURN count(n) AS n",
    "MATCH (n:{label}) RETURN n.id AS id ORDER BY id LIMIT 3",
    "MATCH (n:{label}) WHERE n.name STARTS WITH 'x' OR n.name CONTAINS 'CREATE' RETURN n.id AS id ORDER BY id",
    "MATCH (n:{label})-[t]-(m) RETURN type(t) AS tie, count(*) AS n ORDER BY tie",
    "MATCH (n:{label}) WHERE NOT EXISTS {{ (n)-[]-() }} RETURN count(n) AS alone",
    "MATCH (n:{label}) WITH n ORDER BY n.id LIMIT 2 OPTIONAL MATCH (n)--(m) RETURN n.id AS i, count(m) AS n ORDER BY i",
]
LABELS = ("Organisation", "Platform", "Collaboration", "Technology", "Result", "Challenge", "Person", "Investment")
READING = [text.format(label=label) for label in LABELS for text in READ_EACH] + [
    "RETURN 1 AS one",
    "RETURN 1 AS one;",
    "// a remark: CREATE (n)\nRETURN 1 AS one",
    "/* DELETE everything */ RETURN 1 AS one",
    "RETURN 'CREATE (n) SET n.x = 1' AS text",
    'RETURN "LOAD CSV FROM" AS text',
    "RETURN 'CALL apoc.load.json()' AS text",
    "RETURN 'it\\'s; DELETE' AS text",
    "RETURN '中文；孤岛' AS text",
    "RETURN '\\u4e2d' AS text",
    "RETURN 1 AS `CREATE`",
    "RETURN 1 AS `LOAD CSV`",
    "WITH 1 AS call RETURN call AS x",
    "WITH 1 AS load, 2 AS csv RETURN load, csv",
    "WITH {set: 1} AS m RETURN m.set AS x",
    "UNWIND range(1, 5) AS i RETURN i ORDER BY i DESC",
    "UNWIND [3, 1, 2] AS i WITH i ORDER BY i RETURN collect(i) AS sorted",
    "RETURN [x IN range(1, 5) WHERE x % 2 = 0 | x * x] AS squares",
    "RETURN reduce(s = 0, x IN [1, 2] | s + x) AS total",
    "RETURN CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END AS x",
    "RETURN coalesce(null, 1) AS x, toString(2) AS y, toInteger('3') AS z",
    "RETURN date('2020-01-01').year AS year",
    "RETURN size([1, 2]) AS n, head([1]) AS h, last([2]) AS l",
    "RETURN split('a,b', ',') AS parts, toUpper('x') AS u",
    "RETURN any(x IN [1, 2] WHERE x = 1) AS a, all(x IN [1] WHERE x = 1) AS b",
    "RETURN 1 AS x UNION RETURN 2 AS x",
    "RETURN 1 AS x UNION ALL RETURN 1 AS x",
    "CALL { RETURN 1 AS x } RETURN x",
    "MATCH (o:Organisation) CALL { WITH o MATCH (o)-[t]-() RETURN count(t) AS n } RETURN sum(n) AS n",
    "MATCH (o:Organisation) RETURN o.zone AS zone, count(*) AS n, collect(o.id)[0] AS first ORDER BY zone",
    "MATCH (o:Organisation) RETURN DISTINCT o.role AS role ORDER BY role",
    "MATCH (o:Organisation) RETURN percentileCont(o.founded, 0.5) AS middle",
    "MATCH (o:Organisation) RETURN avg(o.founded) AS a, min(o.founded) AS b, max(o.founded) AS c",
    "MATCH (o:Organisation) WHERE o.name =~ 'Org.*0' RETURN count(o) AS n",
    "MATCH (o:Organisation) WHERE o.role IN ['university', 'finance'] RETURN count(o) AS n",
    "MATCH (o:Organisation) WHERE o.leader IS NOT NULL AND o.leader RETURN count(o) AS n",
    "MATCH (a:Organisation)-[:MEMBER_OF]->(p)<-[:MEMBER_OF]-(b:Organisation) WHERE a.id < b.id RETURN count(*) AS n",
    "MATCH (a:Organisation)-[:SUPPLIES*1..3]->(b:Organisation) RETURN count(DISTINCT b) AS n",
    "MATCH (a:Organisation {id: 'own:o01'})-[*1..2]-(b) RETURN count(DISTINCT b) AS n",
    "MATCH p = (a:Organisation)-[:SUPPLIES]->(b) RETURN length(p) AS length, count(*) AS n ORDER BY length",
    "MATCH (o:Organisation) WHERE COUNT { (o)-[:MEMBER_OF]->() } > 1 RETURN count(o) AS n",
    "MATCH (o:Organisation) WHERE EXISTS { (o)-[:PRODUCED]->(:Result) } RETURN count(o) AS n",
    "MATCH (o:Organisation {id: 'own:o01'}) RETURN o {.id, .name} AS o",
    "MATCH (o:Organisation {id: 'own:o01'}) RETURN [(o)-[:MEMBER_OF]->(p) | p.id] AS platforms",
    "MATCH (o:Organisation {id: 'own:o01'}) RETURN labels(o) AS labels, keys(o)[0] IS NOT NULL AS has",
    "MATCH ()-[t:TAKES_PART_IN]->() RETURN t.role AS role, sum(t.amount) AS amount ORDER BY role",
    "MATCH (o:Organisation) RETURN o.id AS id ORDER BY id SKIP 5 LIMIT 5",
    "MATCH (c:Collaboration) WHERE c.from >= '2015-01-01' RETURN count(c) AS n",
    "MATCH (c:Collaboration) WHERE 'P2' IN c.programme RETURN count(c) AS n",
    "MATCH (o:Organisation) WHERE (o)-[:ISSUED]->(:Challenge) RETURN count(o) AS n",
    "CALL db.labels() YIELD label RETURN count(label) > 0 AS some",
    "MATCH (n) RETURN count(n) AS n",
    "MATCH ()-[t]->() RETURN type(t) AS tie, count(*) AS n ORDER BY tie",
]  # fmt: skip


def test_the_corpus_is_large_enough() -> None:
    assert len(set(WRITING)) >= 100
    assert len(set(READING)) >= 100


def test_writing_is_refused_without_effect_and_reading_passes(project: Project, tmp_path: Path) -> None:
    rich_graph.load(project, tmp_path)
    everything = "MATCH (n) OPTIONAL MATCH (n)-[t]->() RETURN count(DISTINCT n), count(t)"
    before = snapshot.content_hash(project.store), project.store.rows(everything)

    got_through = [text for text in [*WRITING, *OUTSIDE] if not _refused(project, text)]
    # Without the guard before it: the read-only user, or the read-only transaction and the type of the plan.
    got_through += [text for text in PLAIN[:33] if not _refused_by_the_store(project, text)]
    stopped = [text for text in READING if _refused(project, text)]

    assert got_through == []
    assert stopped == []
    assert (snapshot.content_hash(project.store), project.store.rows(everything)) == before


def _refused(project: Project, text: str) -> bool:
    try:
        project.query(text)
    except QueryError:
        return True
    return False


def _refused_by_the_store(project: Project, text: str) -> bool:
    try:
        project.store.query(text, {})
    except QueryError:
        return True
    return False


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_reaches_outside_is_refused_before_it_is_sent(text: str) -> None:
    with pytest.raises(QueryError):
        guard(text)


@pytest.mark.parametrize("text", READING)
def test_what_only_reads_is_let_through(text: str) -> None:
    guard(text)
