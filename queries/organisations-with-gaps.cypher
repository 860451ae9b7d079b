// title: Gaps in the facts
// title_zh: 资料缺失的机构
// question: Which organisations lack a role, a country or a zone?
// question_zh: 哪些机构缺少类型、国家或高新区信息？
// category: quality
// param limit: int = 50 - most rows shown
// column id: text - organisation
// column name: text - its name
// column no_role: bool - whether its role is unknown
// column no_country: bool - whether its country is unknown
// column no_zone: bool - whether its zone is unknown
MATCH (o:Organisation)
WHERE o.role IS NULL OR o.country IS NULL OR o.zone IS NULL
RETURN o.id AS id, o.name AS name, o.role IS NULL AS no_role, o.country IS NULL AS no_country, o.zone IS NULL AS no_zone
ORDER BY id
LIMIT toInteger($limit)
