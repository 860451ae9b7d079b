// title: Segments that a zone lacks
// title_zh: 高新区缺失的产业环节
// question: Which segments does a zone lack of the chains that it takes part in?
// question_zh: 某高新区所参与的产业链缺少哪些环节？
// category: chains and stages
// param zone: text - the zone
// column id: text - segment
// column name: text - its name
// column chain: text - industrial chain
// column segment: text - upstream, midstream or downstream
MATCH (o:Organisation)-[:ACTIVE_IN]->(here:Industry)
WHERE o.zone = $zone
WITH DISTINCT here.chain AS chain
MATCH (i:Industry)
WHERE i.chain = chain AND NOT EXISTS {
  MATCH (i)<-[:ACTIVE_IN]-(x:Organisation)
  WHERE x.zone = $zone
}
RETURN i.id AS id, i.name AS name, chain, i.segment AS segment
ORDER BY id
