// title: The loop of four chains
// title_zh: 四链融合的闭环
// question: Where does the loop of research, industry, capital and talent break for each technology?
// question_zh: 各技术方向的创新链、产业链、资金链、人才链在哪里断开？
// category: chains and stages
// column technology: text - technology
// column name: text - its name
// column research: int - collaborations and results about it
// column industry: int - organisations about it that supply or are supplied
// column capital: int - organisations about it that raised capital
// column talent: int - organisations about it at which people of the talent chain worked
// column first_missing: text - first chain that is missing: research, industry, capital, talent; none where the loop is closed
MATCH (t:Technology)
WITH t,
     COUNT { MATCH (t)<-[:ABOUT]-(x) WHERE x:Collaboration OR x:Result } AS research,
     COUNT { MATCH (t)<-[:ABOUT]-(o:Organisation) WHERE EXISTS { (o)-[:SUPPLIES]-() } } AS industry,
     COUNT { MATCH (t)<-[:ABOUT]-(o:Organisation) WHERE EXISTS { (o)-[:RAISED]->() } } AS capital,
     COUNT { MATCH (t)<-[:ABOUT]-(o:Organisation) WHERE EXISTS { (o)<-[:WORKED_AT]-() } } AS talent
RETURN t.id AS technology, t.name AS name, research, industry, capital, talent,
       CASE WHEN research = 0 THEN 'research' WHEN industry = 0 THEN 'industry' WHEN capital = 0 THEN 'capital'
            WHEN talent = 0 THEN 'talent' ELSE 'none' END AS first_missing
ORDER BY technology
