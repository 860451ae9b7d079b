// title: Challenges without bids
// title_zh: 无人揭榜的需求
// question: For which challenges did nobody bid?
// question_zh: 哪些揭榜需求无人揭榜？
// category: challenges
// column id: text - challenge
// column name: text - its name
// column budget: float - reward
// column deadline: text - last day for bids
// column status: text - open, won or closed
MATCH (c:Challenge)
WHERE NOT EXISTS { (c)<-[:BID_FOR]-() }
RETURN c.id AS id, c.name AS name, c.budget AS budget, c.deadline AS deadline, c.status AS status
ORDER BY budget DESC, id
