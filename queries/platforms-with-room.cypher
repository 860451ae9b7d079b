// title: Platforms with room
// title_zh: 尚有余量的平台
// question: Which platforms use less of their capacity than a share?
// question_zh: 哪些平台的容量利用率偏低？
// category: platforms
// param below: float = 0.5 - platforms that use less than this share
// param limit: int = 50 - most rows shown
// column id: text - platform
// column name: text - its name
// column zone: text - its zone
// column members: int - organisations in it
// column capacity: int - organisations it can hold
// column used: float - members over capacity
MATCH (p:Platform)
WHERE p.capacity > 0
WITH p, count{(p)<-[:MEMBER_OF]-()} AS members
WITH p, members, members * 1.0 / p.capacity AS used
WHERE used < $below
RETURN p.id AS id, p.name AS name, p.zone AS zone, members, p.capacity AS capacity, used
ORDER BY used, id
LIMIT toInteger($limit)
