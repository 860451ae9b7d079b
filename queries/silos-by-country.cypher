// title: Countries of the silos
// title_zh: 孤岛的国家构成
// question: From which countries do the members of each silo come?
// question_zh: 各孤岛的成员来自哪些国家？
// category: silos
// needs: silos
// column silo: text - the group
// column country: text - country (ISO 3166-1)
// column members: int - members from there
MATCH (o:Organisation)
WHERE o.silo IS NOT NULL AND o.country IS NOT NULL
RETURN o.silo AS silo, o.country AS country, count(o) AS members
ORDER BY silo, members DESC, country
