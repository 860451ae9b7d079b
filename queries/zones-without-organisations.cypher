// title: Zones without organisations
// title_zh: 没有机构的高新区
// question: Which zones are known, but without a single organisation?
// question_zh: 哪些高新区没有任何机构？
// category: regions
// column id: text - zone
// column name: text - its name
MATCH (z:Zone)
WHERE NOT EXISTS { (z)<-[:LOCATED_IN]-(:Organisation) }
RETURN z.id AS id, z.name AS name
ORDER BY id
