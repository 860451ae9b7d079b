// title: Reach of national laboratories
// title_zh: 国家实验室的辐射范围
// question: How many organisations do the members of each platform of a kind reach?
// question_zh: 某类平台的成员还能触及多少机构？
// category: regions
// param kind: text = 'national_lab' - kind of platform
// column id: text - platform
// column name: text - its name
// column members: int - organisations in it
// column reached: int - others that work with a member elsewhere
// column zones: int - zones of those
MATCH (p:Platform)<-[:MEMBER_OF]-(m:Organisation)
WHERE p.kind = $kind
WITH p, collect(DISTINCT m.id) AS members
OPTIONAL MATCH (p)<-[:MEMBER_OF]-(m:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(o:Organisation)
WHERE NOT o.id IN members
RETURN p.id AS id, p.name AS name, size(members) AS members, count(DISTINCT o.id) AS reached,
       count(DISTINCT o.zone) AS zones
ORDER BY reached DESC, id
