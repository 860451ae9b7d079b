// title: Bodies without dates
// title_zh: 缺少起始日期的平台与合作
// question: Which platforms and collaborations have no first day, and so belong to every window?
// question_zh: 哪些平台与合作没有起始日期？
// category: quality
// param limit: int = 50 - most rows shown
// column id: text - platform or collaboration
// column name: text - its name
// column members: int - organisations in it
MATCH (body)<-[:MEMBER_OF|TAKES_PART_IN]-(o:Organisation)
WHERE body.from IS NULL
RETURN body.id AS id, body.name AS name, count(o) AS members
ORDER BY members DESC, id
LIMIT toInteger($limit)
