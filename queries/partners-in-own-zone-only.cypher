// title: Partners in the own zone only
// title_zh: 只与本区合作的机构
// question: Which organisations have all their partners in their own zone?
// question_zh: 哪些机构的合作伙伴全部在本高新区？
// category: silos
// param min_partners: int = 1 - fewest partners
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
// column partners: int - organisations it works with
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE p.id <> o.id AND o.zone IS NOT NULL
WITH o, count(DISTINCT p.id) AS partners, sum(CASE WHEN p.zone = o.zone THEN 0 ELSE 1 END) AS outside
WHERE outside = 0 AND partners >= $min_partners
RETURN o.id AS id, o.name AS name, o.zone AS zone, partners
ORDER BY partners DESC, id
