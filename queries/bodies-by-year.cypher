// title: Bodies begun by year
// title_zh: 逐年新增
// question: How many platforms and collaborations began in each year?
// question_zh: 每年新增多少平台与合作？
// category: change
// column year: int - year
// column bodies: int - platforms and collaborations that began in it
MATCH (body)
WHERE (body:Platform OR body:Collaboration) AND body.from IS NOT NULL
RETURN toInteger(substring(body.from, 0, 4)) AS year, count(body) AS bodies
ORDER BY year
