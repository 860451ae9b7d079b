// title: Large bodies
// title_zh: 成员众多的平台与合作
// question: Which platforms and collaborations are so large that they tie everybody to everybody?
// question_zh: 哪些平台与合作规模过大？
// category: quality
// param members: int = 50 - fewest members
// column id: text - platform or collaboration
// column name: text - its name
// column members: int - organisations in it
// column pairs: int - pairs of organisations that it ties
MATCH (body)<-[:MEMBER_OF|TAKES_PART_IN]-(o:Organisation)
WITH body, count(o) AS members
WHERE members >= $members
RETURN body.id AS id, body.name AS name, members, members * (members - 1) / 2 AS pairs
ORDER BY members DESC, id
