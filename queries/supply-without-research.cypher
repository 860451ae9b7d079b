// title: Supply without joint work
// title_zh: 有供应关系而无合作的机构
// question: Which suppliers and customers never work together on anything?
// question_zh: 哪些供需双方从未共同研发？
// category: chains and stages
// column supplier: text - organisation
// column customer: text - organisation that it supplies
// column supplier_zone: text - zone of the one
// column customer_zone: text - zone of the other
MATCH (s:Organisation)-[:SUPPLIES]->(o:Organisation)
WHERE NOT EXISTS { MATCH (s)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(o) }
RETURN s.id AS supplier, o.id AS customer, s.zone AS supplier_zone, o.zone AS customer_zone
ORDER BY supplier, customer
