// title: Finance that invests elsewhere
// title_zh: 未投资本区的金融机构
// question: Which financiers funded nobody in their own zone?
// question_zh: 哪些金融机构未在本高新区投资？
// category: capital and talent
// column id: text - organisation
// column name: text - its name
// column zone: text - its zone
// column rounds: int - rounds that it funded anywhere
MATCH (f:Organisation {role: 'finance'})
WHERE f.zone IS NOT NULL AND NOT EXISTS {
  MATCH (f)-[:FUNDED]->(i:Investment)<-[:RAISED]-(o:Organisation)
  WHERE o.zone = f.zone
}
RETURN f.id AS id, f.name AS name, f.zone AS zone, count{(f)-[:FUNDED]->()} AS rounds
ORDER BY rounds DESC, id
