// title: Absent segments of supply
// title_zh: 缺失的产业环节
// question: Which segments of an industrial chain does nobody fill?
// question_zh: 哪些产业链环节没有任何机构从事？
// category: chains and stages
// column id: text - segment
// column name: text - its name
// column chain: text - industrial chain
// column segment: text - upstream, midstream or downstream
MATCH (i:Industry)
WHERE NOT EXISTS { (i)<-[:ACTIVE_IN]-(:Organisation) }
RETURN i.id AS id, i.name AS name, i.chain AS chain, i.segment AS segment
ORDER BY chain, segment, id
