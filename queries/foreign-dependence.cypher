// title: Foreign dependence
// title_zh: 技术对外依赖
// question: Which technologies are worked on with partners abroad, and how often?
// question_zh: 哪些技术方向依赖国外伙伴？
// category: regions
// param country: text = 'CN' - the country (ISO 3166-1)
// column technology: text - technology
// column name: text - its name
// column collaborations: int - collaborations about it with somebody from the country
// column with_abroad: int - those of them with somebody from another country
// column share: float - the one over the other
MATCH (t:Technology)<-[:ABOUT]-(c:Collaboration)<-[:TAKES_PART_IN]-(o:Organisation)
WITH t, c, sum(CASE WHEN o.country = $country THEN 1 ELSE 0 END) AS home,
     sum(CASE WHEN o.country <> $country THEN 1 ELSE 0 END) AS abroad
WHERE home > 0
WITH t, count(c) AS collaborations, sum(CASE WHEN abroad > 0 THEN 1 ELSE 0 END) AS with_abroad
RETURN t.id AS technology, t.name AS name, collaborations, with_abroad, with_abroad * 1.0 / collaborations AS share
ORDER BY share DESC, technology
