// title: Platforms for one zone only
// title_zh: 成员全部来自同一高新区的平台
// question: Which platforms have members from a single zone only?
// question_zh: 哪些平台的成员全部来自同一高新区？
// category: platforms
// param min_members: int = 2 - fewest members
// column id: text - platform
// column name: text - its name
// column zone: text - zone of all its members
// column members: int - organisations in it
MATCH (p:Platform)<-[:MEMBER_OF]-(o:Organisation)
WITH p, count(o) AS members, count(DISTINCT o.zone) AS zones, min(o.zone) AS zone
WHERE zones = 1 AND members >= $min_members
RETURN p.id AS id, p.name AS name, zone, members
ORDER BY members DESC, id
