// title: Newcomers
// title_zh: 新加入的机构
// question: Which organisations joined their first body since a day?
// question_zh: 某日以来哪些机构首次参与？
// category: change
// param since: date = '2016-01-01' - first day of the window
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column first: text - first day of its first platform or collaboration
// column bodies: int - how many it takes part in
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)
WHERE body.from IS NOT NULL
WITH o, min(body.from) AS first, count(body) AS bodies
WHERE first >= $since
RETURN o.id AS id, o.name AS name, first, bodies
ORDER BY first, id
LIMIT toInteger($limit)
