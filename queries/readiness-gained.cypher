// title: Readiness gained
// title_zh: 技术成熟度提升
// question: Which collaborations raised technology readiness the most?
// question_zh: 哪些合作使技术成熟度提升最多？
// category: chains and stages
// param limit: int = 50 - most rows shown
// column id: text - collaboration
// column name: text - its name
// column trl_from: int - level at the start
// column trl_to: int - level at the end
// column gained: int - levels between
MATCH (c:Collaboration)
WHERE c.trl_from IS NOT NULL AND c.trl_to IS NOT NULL
RETURN c.id AS id, c.name AS name, c.trl_from AS trl_from, c.trl_to AS trl_to, c.trl_to - c.trl_from AS gained
ORDER BY gained DESC, id
LIMIT toInteger($limit)
