// title: Winners of challenges
// title_zh: 中榜者
// question: Did an organisation of the own zone win the challenge?
// question_zh: 揭榜需求由本区机构还是外区机构中榜？
// category: challenges
// column id: text - challenge
// column name: text - its name
// column issuer: text - organisation that issued it
// column winner: text - organisation that won it
// column same_zone: bool - whether both are in one zone
MATCH (o:Organisation)-[:ISSUED]->(c:Challenge)<-[:WON]-(w:Organisation)
RETURN c.id AS id, c.name AS name, o.id AS issuer, w.id AS winner, o.zone = w.zone AS same_zone
ORDER BY id, issuer, winner
