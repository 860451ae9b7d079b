// title: Enterprises without research
// title_zh: 没有科研伙伴的企业
// question: Which enterprises work with no university and no research institute?
// question_zh: 哪些企业没有与任何高校或科研院所合作？
// category: silos
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
MATCH (o:Organisation {role: 'enterprise'})
WHERE NOT EXISTS {
  MATCH (o)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
  WHERE p.role IN ['university', 'research_institute']
}
RETURN o.id AS id, o.name AS name, o.zone AS zone
ORDER BY id
LIMIT toInteger($limit)
