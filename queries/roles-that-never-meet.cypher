// title: Roles that never meet
// title_zh: 从未合作的主体类型
// question: Which two roles never work together in a zone that has both?
// question_zh: 哪些高新区同时拥有两类主体，而它们从未合作？
// category: silos
// column zone: text - zone
// column first: text - a role (政产学研金服用)
// column second: text - the role it never meets there
MATCH (o:Organisation)
WHERE o.zone IS NOT NULL AND o.role IS NOT NULL
WITH o.zone AS zone, collect(DISTINCT o.role) AS roles
OPTIONAL MATCH (x:Organisation {zone: zone})-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(y:Organisation)
WHERE y.zone = zone AND x.role < y.role
WITH zone, roles, collect(DISTINCT CASE WHEN y.role IS NOT NULL THEN [x.role, y.role] END) AS met
UNWIND roles AS first
UNWIND roles AS second
WITH zone, first, second, met
WHERE first < second AND NOT [first, second] IN met
RETURN zone, first, second
ORDER BY zone, first, second
