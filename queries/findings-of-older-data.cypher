// title: Findings of older data
// title_zh: 基于旧数据的结论
// question: Which findings were computed on other data than the newest run?
// question_zh: 哪些结论是基于旧数据得出的？
// category: change
// column id: text - run
// column analysis: text - analysis to run again
MATCH (r:Run)
WITH r
ORDER BY r.at DESC, r.id
WITH collect(r) AS runs
UNWIND runs AS r
WITH r, runs[0].data_hash AS newest
WHERE r.data_hash <> newest
RETURN r.id AS id, r.analysis AS analysis
ORDER BY analysis, id
