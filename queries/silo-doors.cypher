// title: Doors of a silo
// title_zh: 孤岛的出入口
// question: Through which of its members can a silo be reached?
// question_zh: 可以通过哪些成员进入某个孤岛？
// category: silos
// needs: silos, brokers
// param silo: text - the group, as isolated-silos names it
// param limit: int = 10 - most rows shown
// column id: text - organisation
// column name: text - its name
// column own_external_share: float - share of its own ties that leave the silo
// column partners: int - organisations it is tied to
// column betweenness: float - share of the shortest paths between others that pass through it
MATCH (o:Organisation {silo: $silo})
WHERE o.silo_own_external_share > 0
RETURN o.id AS id, o.name AS name, o.silo_own_external_share AS own_external_share,
       o.broker_partners AS partners, o.broker_betweenness AS betweenness
ORDER BY betweenness DESC, own_external_share DESC, id
LIMIT toInteger($limit)
