// title: Results on the shelf
// title_zh: 束之高阁的成果
// question: Which results were achieved before a day and never transferred?
// question_zh: 哪些成果在某日之前取得却从未转化？
// category: chains and stages
// param before: date = '2015-01-01' - results achieved before this day
// param limit: int = 50 - most rows shown
// column id: text - result
// column name: text - its name
// column kind: text - its kind
// column date: text - day it was achieved
// column producers: int - organisations that produced it
MATCH (r:Result)
WHERE r.date < $before AND NOT EXISTS { (r)-[:TRANSFERRED_TO]->() }
RETURN r.id AS id, r.name AS name, r.kind AS kind, r.date AS date, count{(r)<-[:PRODUCED]-()} AS producers
ORDER BY date, id
LIMIT toInteger($limit)
