// title: Bodies with one member
// title_zh: 只有一个成员的平台与合作
// question: Which platforms and collaborations have a single member, and so tie nobody?
// question_zh: 哪些平台与合作只有一个成员？
// category: quality
// param limit: int = 50 - most rows shown
// column id: text - platform or collaboration
// column name: text - its name
// column member: text - its only member
MATCH (body)<-[:MEMBER_OF|TAKES_PART_IN]-(o:Organisation)
WITH body, count(o) AS members, min(o.id) AS member
WHERE members = 1
RETURN body.id AS id, body.name AS name, member
ORDER BY id
LIMIT toInteger($limit)
