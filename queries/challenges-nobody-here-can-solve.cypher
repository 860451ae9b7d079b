// title: Challenges beyond the own zone
// title_zh: 本区无人能揭的榜
// question: Which challenges are about a technology that nobody in the zone of the issuer works on?
// question_zh: 哪些揭榜需求所涉技术在发榜方所在高新区无人从事？
// category: challenges
// column id: text - challenge
// column name: text - its name
// column zone: text - zone of the issuer
// column technology: text - what it asks for
MATCH (o:Organisation)-[:ISSUED]->(c:Challenge)-[:ABOUT]->(t:Technology)
WHERE o.zone IS NOT NULL AND NOT EXISTS {
  MATCH (x:Organisation)-[:ABOUT]->(t)
  WHERE x.zone = o.zone
}
RETURN c.id AS id, c.name AS name, o.zone AS zone, t.id AS technology
ORDER BY id, zone, technology
