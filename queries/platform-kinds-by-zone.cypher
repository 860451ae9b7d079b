// title: Kinds of platforms by zone
// title_zh: 各高新区的平台类型
// question: Which kinds of platforms does each zone have, and how many?
// question_zh: 各高新区有哪些类型的平台，各有多少？
// category: platforms
// column zone: text - zone
// column kind: text - kind of platform
// column platforms: int - how many
MATCH (p:Platform)
WHERE p.zone IS NOT NULL AND p.kind IS NOT NULL
RETURN p.zone AS zone, p.kind AS kind, count(p) AS platforms
ORDER BY zone, kind
