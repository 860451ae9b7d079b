// title: Enterprises without capital
// title_zh: 未获融资的企业
// question: Which enterprises with results or collaborations never raised capital?
// question_zh: 哪些有成果或合作的企业从未获得融资？
// category: capital and talent
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
// column results: int - results that it produced
MATCH (o:Organisation {role: 'enterprise'})
WHERE NOT EXISTS { (o)-[:RAISED]->() } AND EXISTS { (o)-[:PRODUCED|TAKES_PART_IN]->() }
RETURN o.id AS id, o.name AS name, o.zone AS zone, count{(o)-[:PRODUCED]->()} AS results
ORDER BY results DESC, id
LIMIT toInteger($limit)
