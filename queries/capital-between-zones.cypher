// title: Capital between zones
// title_zh: 高新区之间的资金流动
// question: From which zones does capital flow into which?
// question_zh: 资金从哪些高新区流向哪些高新区？
// category: capital and talent
// column from_zone: text - zone of the financier
// column to_zone: text - zone of the organisation that raised it
// column rounds: int - rounds of capital
MATCH (f:Organisation)-[:FUNDED]->(i:Investment)<-[:RAISED]-(o:Organisation)
WHERE f.zone IS NOT NULL AND o.zone IS NOT NULL
RETURN f.zone AS from_zone, o.zone AS to_zone, count(DISTINCT i.id) AS rounds
ORDER BY rounds DESC, from_zone, to_zone
