// title: Bidders and their success
// title_zh: 揭榜者及其成功率
// question: Who bids for challenges, and how often do they win?
// question_zh: 谁在揭榜，中榜率如何？
// category: challenges
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column bids: int - challenges it bid for
// column won: int - challenges it won
MATCH (o:Organisation)-[:BID_FOR]->(c:Challenge)
WITH o, count(DISTINCT c.id) AS bids
RETURN o.id AS id, o.name AS name, bids, count{(o)-[:WON]->()} AS won
ORDER BY bids DESC, id
LIMIT toInteger($limit)
