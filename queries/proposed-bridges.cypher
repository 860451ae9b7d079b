// title: Proposed bridges
// title_zh: 建议搭建的桥
// question: Which organisations should be introduced to each other, and what would be gained?
// question_zh: 应当为哪些机构牵线，能带来什么？
// category: bridges
// needs: bridges
// param limit: int = 20 - most rows shown
// column rank: int - place in the portfolio
// column first: text - organisation
// column first_name: text - its name
// column second: text - the organisation it should meet
// column second_name: text - its name
// column gain: float - gain in global efficiency of the network
// column gain_reachable: float - gain in the share of pairs that can reach each other
// column feasibility: float - how likely such a tie is
// column reasons: text - why
MATCH (a:Organisation)-[b:COULD_BRIDGE]->(c:Organisation)
RETURN b.rank AS rank, a.id AS first, a.name AS first_name, c.id AS second, c.name AS second_name,
       b.gain AS gain, b.gain_reachable AS gain_reachable, b.feasibility AS feasibility, b.reasons AS reasons
ORDER BY rank, first, second
LIMIT toInteger($limit)
