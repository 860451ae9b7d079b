// title: Runs of analyses
// title_zh: 分析运行记录
// question: Which analyses were written back, with which options?
// question_zh: 哪些分析已写回，使用了哪些参数？
// category: evidence
// column id: text - run
// column analysis: text - analysis
// column parameters: text - its options, as JSON
// column data_hash: text - hash of the network it was computed on
MATCH (r:Run)
RETURN r.id AS id, r.analysis AS analysis, r.parameters AS parameters, r.data_hash AS data_hash
ORDER BY analysis, id
