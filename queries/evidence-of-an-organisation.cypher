// title: Evidence of an organisation
// title_zh: 机构的数据依据
// question: Which rows of which sources say what an organisation is and does?
// question_zh: 哪些来源的哪些数据行说明了某机构的情况？
// category: evidence
// param organisation: text - id of the organisation
// column tie: text - MEMBER_OF or TAKES_PART_IN
// column body: text - platform or collaboration
// column source: list - sources that say so
// column rows: list - rows that they were read from
MATCH (o:Organisation {id: $organisation})-[t:MEMBER_OF|TAKES_PART_IN]->(body)
RETURN type(t) AS tie, body.id AS body, t.source AS source, t.row AS rows
ORDER BY tie, body
