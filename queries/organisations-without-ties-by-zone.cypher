// title: Organisations without ties, by zone
// title_zh: 各高新区没有联系的机构
// question: How many organisations of each zone work with nobody?
// question_zh: 各高新区有多少机构没有任何合作伙伴？
// category: silos
// column zone: text - zone
// column organisations: int - organisations in it
// column alone: int - those of them that work with nobody
MATCH (o:Organisation)
WHERE o.zone IS NOT NULL
OPTIONAL MATCH (o)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE p.id <> o.id
WITH o.zone AS zone, o.id AS id, count(p) AS partners
RETURN zone, count(id) AS organisations, sum(CASE WHEN partners = 0 THEN 1 ELSE 0 END) AS alone
ORDER BY zone
