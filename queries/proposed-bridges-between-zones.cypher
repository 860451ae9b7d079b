// title: Proposed bridges between zones
// title_zh: 高新区之间的建议搭桥
// question: How many of the proposed introductions tie which zones?
// question_zh: 建议的牵线将连接哪些高新区？
// category: bridges
// needs: bridges
// column first: text - a zone
// column second: text - the other, or the same
// column proposals: int - introductions between them
// column best_rank: int - place of the first of them in the portfolio
MATCH (a:Organisation)-[b:COULD_BRIDGE]->(c:Organisation)
WHERE a.zone IS NOT NULL AND c.zone IS NOT NULL
WITH CASE WHEN a.zone < c.zone THEN a.zone ELSE c.zone END AS first,
     CASE WHEN a.zone < c.zone THEN c.zone ELSE a.zone END AS second, b
RETURN first, second, count(b) AS proposals, min(b.rank) AS best_rank
ORDER BY proposals DESC, first, second
