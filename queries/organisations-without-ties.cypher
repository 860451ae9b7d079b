// title: Organisations without ties
// title_zh: 没有任何联系的机构
// question: Which organisations take part in something, but never together with anybody?
// question_zh: 哪些机构从未与任何机构共同参与？
// category: silos
// needs: isolation
// param country: text = 'any' - only organisations of this country (ISO 3166-1), any for all
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column country: text - its country
// column role: text - its role
// column bodies: int - platforms and collaborations that it is the only member of
MATCH (o:Organisation)
WHERE o.isolation_isolated AND ($country = 'any' OR o.country = $country)
RETURN o.id AS id, o.name AS name, o.country AS country, o.role AS role,
       count{(o)-[:TAKES_PART_IN|MEMBER_OF]->()} AS bodies
ORDER BY bodies DESC, id
LIMIT toInteger($limit)
