// title: Zones that never meet
// title_zh: 从未合作的高新区
// question: Which pairs of zones share no platform and no collaboration?
// question_zh: 哪些高新区之间没有任何共同的平台或合作？
// category: silos
// column first: text - a zone
// column second: text - a zone that no body ties to it
MATCH (o:Organisation)
WHERE o.zone IS NOT NULL
OPTIONAL MATCH (o)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE o.zone < p.zone
WITH collect(DISTINCT o.zone) AS zones, collect(DISTINCT CASE WHEN p.zone IS NOT NULL THEN [o.zone, p.zone] END) AS met
UNWIND zones AS first
UNWIND zones AS second
WITH first, second, met
WHERE first < second AND NOT [first, second] IN met
RETURN first, second
ORDER BY first, second
