// title: Isolated silos
// title_zh: 孤岛
// question: Which groups of organisations keep to themselves more than their memberships explain?
// question_zh: 哪些群体的封闭程度超出其成员关系所能解释的范围？
// category: silos
// needs: silos
// param verdict: text = 'silo' - verdict of the groups shown: silo, leaning inward, open, neither or too small; any for all
// param min_members: int = 3 - smallest group shown
// column silo: text - the group
// column name: text - what it consists of, in words
// column verdict: text - what the test says
// column members: int - organisations in it
// column external_share: float - share of its ties that leave it
// column ei: float - E-I index, -1 is a perfect silo
// column q: float - chance of such closure without any, after correction for all groups
MATCH (o:Organisation)
WHERE o.silo IS NOT NULL AND ($verdict = 'any' OR o.silo_verdict = $verdict)
WITH o.silo AS silo, o.silo_name AS name, o.silo_verdict AS verdict, count(o) AS members,
     min(o.silo_external_share) AS external_share, min(o.silo_ei) AS ei, min(o.silo_q) AS q
WHERE members >= $min_members
RETURN silo, name, verdict, members, external_share, ei, q
ORDER BY external_share, members DESC, silo
