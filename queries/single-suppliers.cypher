// title: Single suppliers
// title_zh: 单一供应商
// question: Which organisations have only one supplier?
// question_zh: 哪些机构只有一个供应商？
// category: chains and stages
// column id: text - organisation
// column name: text - its name
// column supplier: text - its only supplier
MATCH (s:Organisation)-[:SUPPLIES]->(o:Organisation)
WITH o, count(DISTINCT s.id) AS suppliers, min(s.id) AS supplier
WHERE suppliers = 1
RETURN o.id AS id, o.name AS name, supplier
ORDER BY id
