// title: Organisations of one name
// title_zh: 同名机构
// question: Which organisations have exactly the same name?
// question_zh: 哪些机构名称完全相同？
// category: quality
// column name: text - the name
// column number: int - organisations that have it
// column ids: list - their ids
MATCH (o:Organisation)
WHERE o.name IS NOT NULL
WITH o.name AS name, o.id AS id
ORDER BY id
WITH name, collect(id) AS ids
WHERE size(ids) > 1
RETURN name, size(ids) AS number, ids
ORDER BY number DESC, name
