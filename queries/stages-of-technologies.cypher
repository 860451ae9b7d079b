// title: Stages of technologies
// title_zh: 各技术方向所处阶段
// question: At which stages is each technology worked on?
// question_zh: 各技术方向在哪些阶段有工作？
// category: chains and stages
// column technology: text - technology
// column name: text - its name
// column stage: text - stage
// column things: int - collaborations, platforms and results at it
MATCH (t:Technology)<-[:ABOUT]-(x)
WHERE x.stage IS NOT NULL
RETURN t.id AS technology, t.name AS name, x.stage AS stage, count(DISTINCT x.id) AS things
ORDER BY technology, stage
