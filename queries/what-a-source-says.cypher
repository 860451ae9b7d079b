// title: What a source says
// title_zh: 某来源的内容
// question: What and how much does a source say?
// question_zh: 某来源提供了哪些内容，各有多少？
// category: evidence
// param source: text - name of the source, as in: graphkit sources
// column label: text - kind of node
// column nodes: int - how many of them the source describes
MATCH (n)
WHERE $source IN n.source
RETURN labels(n)[0] AS label, count(n) AS nodes
ORDER BY label
