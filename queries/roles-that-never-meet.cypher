// title: Roles that never meet
// title_zh: 从未合作的主体类型
// question: Which two roles never work together in a zone that has both?
// question_zh: 哪些高新区同时拥有两类主体，而它们从未合作？
// category: silos
// column zone: text - zone
// column first: text - a role (政产学研金服用)
// column second: text - the role it never meets there
MATCH (a:Organisation), (b:Organisation)
WHERE a.zone = b.zone AND a.role < b.role
WITH DISTINCT a.zone AS zone, a.role AS first, b.role AS second
WHERE NOT EXISTS {
  MATCH (x:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(y:Organisation)
  WHERE x.zone = zone AND y.zone = zone AND x.role = first AND y.role = second
}
RETURN zone, first, second
ORDER BY zone, first, second
