// title: What policies aim at
// title_zh: 政策工具的对象
// question: What does each instrument of policy aim at?
// question_zh: 各政策工具指向哪些对象？
// category: policy and technology
// column policy: text - policy
// column name: text - its name
// column kind: text - tax, fund, procurement or reform
// column target: text - kind of thing it aims at
// column targets: int - how many of them
MATCH (p:Policy)-[:TARGETS]->(x)
RETURN p.id AS policy, p.name AS name, p.kind AS kind, labels(x)[0] AS target, count(x) AS targets
ORDER BY policy, target
