// title: Platforms that no enterprise leads
// title_zh: 没有企业牵头的平台
// question: Which platforms have no enterprise as host or coordinator?
// question_zh: 哪些平台没有企业承建或牵头？
// category: platforms
// param limit: int = 50 - most rows shown
// column id: text - platform
// column name: text - its name
// column kind: text - its kind
// column zone: text - its zone
// column members: int - organisations in it
MATCH (p:Platform)
WHERE NOT EXISTS {
  MATCH (p)<-[m:MEMBER_OF]-(o:Organisation)
  WHERE o.role = 'enterprise' AND m.role IN ['host', 'coordinator']
}
RETURN p.id AS id, p.name AS name, p.kind AS kind, p.zone AS zone, count{(p)<-[:MEMBER_OF]-()} AS members
ORDER BY id
LIMIT toInteger($limit)
