// title: Brokers
// title_zh: 中介与桥梁机构
// question: Which organisations hold the network together, and what do they hold on to?
// question_zh: 哪些机构把网络连在一起？
// category: bridges
// needs: brokers
// param country: text = 'any' - only organisations of this country (ISO 3166-1), any for all
// param limit: int = 20 - most rows shown
// column id: text - organisation
// column name: text - its name
// column country: text - its country
// column partners: int - organisations it is tied to
// column betweenness: float - share of the shortest paths between others that pass through it
// column constraint: float - how far its partners know each other (Burt), low for brokers
// column articulation: bool - whether its loss would split the network
MATCH (o:Organisation)
WHERE o.broker_partners > 0 AND ($country = 'any' OR o.country = $country)
RETURN o.id AS id, o.name AS name, o.country AS country, o.broker_partners AS partners,
       o.broker_betweenness AS betweenness, o.broker_constraint AS constraint, o.broker_articulation AS articulation
ORDER BY betweenness DESC, id
LIMIT toInteger($limit)
