// title: Research that nobody matures
// title_zh: 有基础研究而无中试平台的技术
// question: Which technologies have basic research, but no platform that matures them?
// question_zh: 哪些技术方向有基础研究，却没有中试熟化平台？
// category: chains and stages
// column technology: text - technology
// column name: text - its name
// column basic: int - collaborations, platforms and results at the stage of basic research
MATCH (t:Technology)<-[:ABOUT]-(x)
WHERE x.stage = 'basic'
WITH t, count(DISTINCT x.id) AS basic
WHERE NOT EXISTS { MATCH (t)<-[:ABOUT]-(p:Platform) WHERE p.stage = 'maturation' }
RETURN t.id AS technology, t.name AS name, basic
ORDER BY basic DESC, technology
