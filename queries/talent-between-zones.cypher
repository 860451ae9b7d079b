// title: Talent between zones
// title_zh: 高新区之间的人才流动
// question: Between which zones did people move?
// question_zh: 人才在哪些高新区之间流动？
// category: capital and talent
// column from_zone: text - zone of an earlier employer
// column to_zone: text - zone of a later one
// column people: int - people who worked at both
MATCH (a:Organisation)<-[w:WORKED_AT]-(p:Person)-[v:WORKED_AT]->(b:Organisation)
WHERE w.to < v.from AND a.zone IS NOT NULL AND b.zone IS NOT NULL
RETURN a.zone AS from_zone, b.zone AS to_zone, count(DISTINCT p.id) AS people
ORDER BY people DESC, from_zone, to_zone
