// title: Common partners
// title_zh: 共同的合作伙伴
// question: Whom do two organisations both know?
// question_zh: 两个机构有哪些共同的合作伙伴？
// category: bridges
// param first: text - id of an organisation
// param second: text - id of the other
// column id: text - organisation
// column name: text - its name
// column with_first: int - bodies it shares with the first
// column with_second: int - bodies it shares with the second
MATCH (a:Organisation {id: $first})-[:MEMBER_OF|TAKES_PART_IN]->(one)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE p.id <> $first AND p.id <> $second
MATCH (p)-[:MEMBER_OF|TAKES_PART_IN]->(two)<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation {id: $second})
RETURN p.id AS id, p.name AS name, count(DISTINCT one.id) AS with_first, count(DISTINCT two.id) AS with_second
ORDER BY id
