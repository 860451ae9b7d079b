// title: New platforms and collaborations
// title_zh: 新增的平台与合作
// question: Which platforms and collaborations began since a day?
// question_zh: 某日以来新增了哪些平台与合作？
// category: change
// param since: date = '2016-01-01' - first day of the window
// param limit: int = 50 - most rows shown
// column id: text - platform or collaboration
// column name: text - its name
// column since: text - first day
// column members: int - organisations in it
MATCH (body)<-[:MEMBER_OF|TAKES_PART_IN]-(o:Organisation)
WHERE body.from >= $since
RETURN body.id AS id, body.name AS name, body.from AS since, count(o) AS members
ORDER BY since, id
LIMIT toInteger($limit)
