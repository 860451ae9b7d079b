// title: Zones that one body ties
// title_zh: 仅靠一个平台或合作相连的高新区
// question: Which pairs of zones hang on a single platform or collaboration?
// question_zh: 哪些高新区之间仅靠一个平台或合作相连？
// category: bridges
// column first: text - a zone
// column second: text - another
// column body: text - the only platform or collaboration between them
MATCH (a:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation)
WHERE a.zone < b.zone
WITH a.zone AS first, b.zone AS second, count(DISTINCT body.id) AS bodies, min(body.id) AS body
WHERE bodies = 1
RETURN first, second, body
ORDER BY first, second
