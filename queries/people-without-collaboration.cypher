// title: Tied by people only
// title_zh: 仅由人才相连的机构
// question: Which organisations share people, but no platform and no collaboration?
// question_zh: 哪些机构有共同的人才，却没有共同的平台或合作？
// category: capital and talent
// param limit: int = 50 - most rows shown
// column first: text - organisation
// column second: text - organisation
// column people: int - people who worked at both
MATCH (a:Organisation)<-[:WORKED_AT]-(p:Person)-[:WORKED_AT]->(b:Organisation)
WHERE a.id < b.id AND NOT EXISTS { MATCH (a)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(b) }
RETURN a.id AS first, b.id AS second, count(DISTINCT p.id) AS people
ORDER BY people DESC, first, second
LIMIT toInteger($limit)
