// title: What drives collaborations
// title_zh: 合作的驱动力
// question: What drives collaborations: technology, market, platforms or policy?
// question_zh: 合作由什么驱动：技术、市场、平台还是政策？
// category: chains and stages
// column driver: text - one of the four, or unknown
// column collaborations: int - how many
// column funding: float - their public funding, currencies not told apart
MATCH (c:Collaboration)
RETURN coalesce(c.driver, 'unknown') AS driver, count(c) AS collaborations, sum(c.funding) AS funding
ORDER BY driver
