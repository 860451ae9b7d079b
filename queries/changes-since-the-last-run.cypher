// title: Changes since the last run
// title_zh: 与上次运行相比的变化
// question: Which findings of an analysis are new, gone or changed since its run before, with the same options?
// question_zh: 与上一次相同参数的运行相比，哪些结论是新增、消失或改变的？
// category: change
// param analysis: text = 'silos' - analysis that was written back at least twice, on different data
// column change: text - new, gone or changed
// column finding: text - what it is about: an organisation, a group, two ends of a tie
// column before: text - what the run before said, in counts and words
// column now: text - what the last run says
MATCH (r:Run {analysis: $analysis})
WITH r ORDER BY r.at DESC, r.id
WITH collect(r) AS runs
WITH runs[0] AS latest, [r IN runs WHERE r.parameters = runs[0].parameters][1] AS earlier
WHERE earlier IS NOT NULL
WITH [[0, earlier.findings, earlier.states], [1, latest.findings, latest.states]] AS sides
UNWIND sides AS side
UNWIND range(0, size(coalesce(side[1], [])) - 1) AS i
WITH side[1][i] AS finding, side[0] AS last, side[2][i] AS state
WITH finding, max(CASE last WHEN 0 THEN state END) AS before, max(CASE last WHEN 1 THEN state END) AS now
WHERE before IS NULL OR now IS NULL OR before <> now
RETURN CASE WHEN before IS NULL THEN 'new' WHEN now IS NULL THEN 'gone' ELSE 'changed' END AS change, finding, before, now
ORDER BY change DESC, finding
