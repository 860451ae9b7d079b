// title: Duplicate platforms
// title_zh: 重复建设的平台
// question: Which cities have several platforms for one technology?
// question_zh: 哪些城市为同一技术方向重复建设了平台？
// category: platforms
// param least: int = 2 - fewest platforms
// column technology: text - technology
// column name: text - its name
// column city: text - city
// column number: int - platforms for it there
// column platforms: list - their ids
MATCH (p:Platform)-[:ABOUT]->(t:Technology)
WHERE p.city IS NOT NULL
WITH DISTINCT t, p.city AS city, p.id AS id
ORDER BY id
WITH t, city, collect(id) AS platforms
WHERE size(platforms) >= $least
RETURN t.id AS technology, t.name AS name, city, size(platforms) AS number, platforms
ORDER BY number DESC, technology, city
