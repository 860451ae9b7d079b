// title: Ties between zones
// title_zh: 高新区之间的联系
// question: How many bodies and organisations tie each pair of zones?
// question_zh: 各高新区之间有多少共同的平台与合作？
// category: regions
// column first: text - a zone
// column second: text - another
// column bodies: int - platforms and collaborations with members of both
// column first_organisations: int - organisations of the first in them
// column second_organisations: int - organisations of the second in them
MATCH (a:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(b:Organisation)
WHERE a.zone < b.zone
RETURN a.zone AS first, b.zone AS second, count(DISTINCT body.id) AS bodies,
       count(DISTINCT a.id) AS first_organisations, count(DISTINCT b.id) AS second_organisations
ORDER BY bodies DESC, first, second
