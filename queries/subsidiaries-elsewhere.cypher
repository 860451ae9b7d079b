// title: Subsidiaries in another zone
// title_zh: 异地子公司
// question: Which organisations belong to one in another zone?
// question_zh: 哪些机构隶属于其他高新区的机构？
// category: regions
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
// column parent: text - organisation it belongs to
// column parent_zone: text - zone of that
// column share: float - share held
MATCH (o:Organisation)-[s:SUBSIDIARY_OF]->(p:Organisation)
WHERE o.zone <> p.zone
RETURN o.id AS id, o.name AS name, o.zone AS zone, p.id AS parent, p.zone AS parent_zone, s.share AS share
ORDER BY id, parent
