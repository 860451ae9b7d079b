// title: Scientists, engineers, entrepreneurs
// title_zh: 各高新区的人才构成
// question: Does each zone have scientists, engineers and entrepreneurs?
// question_zh: 各高新区是否兼有科学家、工程师与企业家？
// category: capital and talent
// column zone: text - zone
// column role: text - scientist, engineer or entrepreneur
// column people: int - people who work or worked there
MATCH (p:Person)-[:WORKED_AT]->(o:Organisation)
WHERE o.zone IS NOT NULL AND p.role IS NOT NULL
RETURN o.zone AS zone, p.role AS role, count(DISTINCT p.id) AS people
ORDER BY zone, role
