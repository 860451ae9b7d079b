// title: Organisations that left
// title_zh: 已退出的机构
// question: Which organisations take part in nothing that still ran on a day?
// question_zh: 哪些机构在某日已无任何在进行的平台与合作？
// category: change
// param day: date = '2020-01-01' - the day
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column bodies: int - platforms and collaborations it took part in
// column last: text - last day of the last of them
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)
WITH o, count(body) AS bodies, sum(CASE WHEN body.to < $day THEN 0 ELSE 1 END) AS running, max(body.to) AS last
WHERE running = 0
RETURN o.id AS id, o.name AS name, bodies, last
ORDER BY last, id
LIMIT toInteger($limit)
