// title: Organisations between zones
// title_zh: 跨区机构
// question: Which organisations have partners in the most other zones?
// question_zh: 哪些机构在最多的其他高新区有合作伙伴？
// category: bridges
// param min_zones: int = 1 - fewest other zones
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column zone: text - its own zone
// column zones: int - other zones it has partners in
// column partners: int - partners there
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE o.zone <> p.zone
WITH o, count(DISTINCT p.zone) AS zones, count(DISTINCT p.id) AS partners
WHERE zones >= $min_zones
RETURN o.id AS id, o.name AS name, o.zone AS zone, zones, partners
ORDER BY zones DESC, partners DESC, id
LIMIT toInteger($limit)
