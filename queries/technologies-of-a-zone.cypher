// title: Technologies of zones
// title_zh: 高新区的技术方向
// question: On which technologies do the organisations of each zone work?
// question_zh: 各高新区的机构从事哪些技术方向？
// category: policy and technology
// column zone: text - zone
// column technology: text - technology
// column name: text - its name
// column organisations: int - organisations that work on it
MATCH (o:Organisation)-[:ABOUT]->(t:Technology)
WHERE o.zone IS NOT NULL
RETURN o.zone AS zone, t.id AS technology, t.name AS name, count(DISTINCT o.id) AS organisations
ORDER BY zone, organisations DESC, technology
