// title: Zones without a kind of platform
// title_zh: 缺少某类平台的高新区
// question: Which zones with organisations lack a kind of platform?
// question_zh: 哪些高新区缺少某类平台？
// category: platforms
// param kind: text = 'pilot_scale' - kind of platform, as in: graphkit schema Platform
// column zone: text - zone without such a platform
// column organisations: int - organisations in it
MATCH (o:Organisation)
WHERE o.zone IS NOT NULL
WITH o.zone AS zone, count(o) AS organisations
WHERE NOT EXISTS { MATCH (p:Platform) WHERE p.zone = zone AND p.kind = $kind }
RETURN zone, organisations
ORDER BY organisations DESC, zone
