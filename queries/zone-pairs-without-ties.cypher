// title: Zones that never meet
// title_zh: 从未合作的高新区
// question: Which pairs of zones share no platform and no collaboration?
// question_zh: 哪些高新区之间没有任何共同的平台或合作？
// category: silos
// column first: text - a zone
// column second: text - a zone that no body ties to it
MATCH (o:Organisation)
WHERE o.zone IS NOT NULL
WITH DISTINCT o.zone AS zone
WITH collect(zone) AS zones
UNWIND zones AS first
UNWIND zones AS second
WITH first, second
WHERE first < second AND NOT EXISTS {
  MATCH (a:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation)
  WHERE a.zone = first AND b.zone = second
}
RETURN first, second
ORDER BY first, second
