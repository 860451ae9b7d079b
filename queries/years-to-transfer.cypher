// title: Years to transfer
// title_zh: 成果转化所需年数
// question: How many years passed between a result and its transfer?
// question_zh: 从成果取得到转化相隔多少年？
// category: chains and stages
// column id: text - result
// column name: text - its name
// column taker: text - organisation it went to
// column kind: text - licence, sale or spin-off
// column years: int - calendar years between
MATCH (r:Result)-[t:TRANSFERRED_TO]->(o:Organisation)
WHERE r.date IS NOT NULL AND t.date IS NOT NULL
RETURN r.id AS id, r.name AS name, o.id AS taker, t.kind AS kind,
       toInteger(substring(t.date, 0, 4)) - toInteger(substring(r.date, 0, 4)) AS years
ORDER BY years DESC, id, taker
