// title: Why two organisations are tied
// title_zh: 两个机构为何有联系
// question: Which platforms and collaborations do two organisations share, and which rows say so?
// question_zh: 两个机构共同参与了哪些平台与合作，依据是哪些数据行？
// category: evidence
// param first: text - id of an organisation
// param second: text - id of the other
// column body: text - platform or collaboration
// column name: text - its name
// column since: text - first day
// column until: text - last day
// column members: int - organisations in it
// column first_row: list - where the first membership was read
// column second_row: list - where the second one was read
MATCH (a:Organisation {id: $first})-[s:TAKES_PART_IN|MEMBER_OF]->(body)<-[t:TAKES_PART_IN|MEMBER_OF]-(b:Organisation)
WHERE b.id = $second
RETURN body.id AS body, body.name AS name, body.from AS since, body.to AS until,
       count{(body)<-[:TAKES_PART_IN|MEMBER_OF]-(:Organisation)} AS members, s.row AS first_row, t.row AS second_row
ORDER BY since, body
