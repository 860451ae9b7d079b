// title: Universities without an enterprise
// title_zh: 没有企业伙伴的高校
// question: Which universities work with no enterprise?
// question_zh: 哪些高校没有与任何企业合作？
// category: silos
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
MATCH (o:Organisation {role: 'university'})
WHERE NOT EXISTS {
  MATCH (o)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
  WHERE p.role = 'enterprise'
}
RETURN o.id AS id, o.name AS name, o.zone AS zone
ORDER BY id
LIMIT toInteger($limit)
