// title: Organisations by part of the country
// title_zh: 东中西部与东北的机构
// question: How are organisations spread over east, centre, west and northeast?
// question_zh: 机构在东部、中部、西部和东北如何分布？
// category: regions
// column macro_region: text - east, central, west or northeast
// column zones: int - zones with organisations
// column organisations: int - organisations in them
MATCH (o:Organisation)-[:LOCATED_IN]->(z:Zone)-[:LOCATED_IN]->(r:Region)
WHERE r.macro_region IS NOT NULL
RETURN r.macro_region AS macro_region, count(DISTINCT z.id) AS zones, count(DISTINCT o.id) AS organisations
ORDER BY macro_region
