// title: Hanging on one partner
// title_zh: 只有一个合作伙伴的机构
// question: Which organisations would be cut off if one partner left?
// question_zh: 哪些机构只依赖一个合作伙伴？
// category: bridges
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column partner: text - the only organisation it works with
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE p.id <> o.id
WITH o, count(DISTINCT p.id) AS partners, min(p.id) AS partner
WHERE partners = 1
RETURN o.id AS id, o.name AS name, partner
ORDER BY id
LIMIT toInteger($limit)
