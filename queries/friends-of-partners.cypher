// title: Partners of partners
// title_zh: 伙伴的伙伴
// question: Which organisations share partners with this one, but no body?
// question_zh: 哪些机构与该机构有共同伙伴，却从未合作？
// category: bridges
// param organisation: text - id of the organisation
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
// column common_partners: int - organisations that both work with
MATCH (a:Organisation {id: $organisation})-[:MEMBER_OF|TAKES_PART_IN]->(one)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE p.id <> $organisation
MATCH (p)-[:MEMBER_OF|TAKES_PART_IN]->(two)<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation)
WHERE b.id <> $organisation AND b.id <> p.id AND NOT EXISTS {
  MATCH (b)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(x:Organisation)
  WHERE x.id = $organisation
}
RETURN b.id AS id, b.name AS name, b.zone AS zone, count(DISTINCT p.id) AS common_partners
ORDER BY common_partners DESC, id
LIMIT toInteger($limit)
