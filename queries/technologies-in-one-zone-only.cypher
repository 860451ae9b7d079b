// title: Technologies of one zone only
// title_zh: 仅一个高新区从事的技术
// question: Which technologies do organisations of a single zone work on?
// question_zh: 哪些技术方向只有一个高新区从事？
// category: policy and technology
// param most_zones: int = 1 - most zones
// column technology: text - technology
// column name: text - its name
// column zones: int - zones with organisations that work on it
// column zone: text - the first of them
// column organisations: int - organisations that work on it
MATCH (o:Organisation)-[:ABOUT]->(t:Technology)
WHERE o.zone IS NOT NULL
WITH t, count(DISTINCT o.zone) AS zones, min(o.zone) AS zone, count(DISTINCT o.id) AS organisations
WHERE zones <= $most_zones
RETURN t.id AS technology, t.name AS name, zones, zone, organisations
ORDER BY zones, organisations DESC, technology
