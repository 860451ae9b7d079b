// title: Suggested duplicates
// title_zh: 疑似重复的机构
// question: Which records may be one organisation, and wait for a decision?
// question_zh: 哪些记录可能是同一机构，尚待判定？
// category: quality
// param limit: int = 50 - most rows shown
// column first: text - organisation
// column second: text - organisation
// column first_name: text - name of the one
// column second_name: text - name of the other
// column score: float - how alike, 0 to 1
// column method: text - what says so
MATCH (a:Organisation)-[s:SAME_AS]->(b:Organisation)
WHERE s.status = 'suggested'
RETURN a.id AS first, b.id AS second, a.name AS first_name, b.name AS second_name, s.score AS score, s.method AS method
ORDER BY score DESC, first, second
LIMIT toInteger($limit)
