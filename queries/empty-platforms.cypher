// title: Platforms without members
// title_zh: 没有成员的平台
// question: Which platforms has nobody joined?
// question_zh: 哪些平台没有任何成员？
// category: platforms
// column id: text - platform
// column name: text - its name
// column kind: text - its kind
// column zone: text - its zone
MATCH (p:Platform)
WHERE NOT EXISTS { (p)<-[:MEMBER_OF]-() }
RETURN p.id AS id, p.name AS name, p.kind AS kind, p.zone AS zone
ORDER BY id
