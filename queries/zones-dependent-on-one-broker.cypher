// title: Zones that depend on one broker
// title_zh: 依赖单一中介的高新区
// question: Which zones are tied to others through one organisation alone, and would be cut off without it?
// question_zh: 哪些高新区仅通过一家机构与外部相连，一旦失去便被隔断？
// category: bridges
// param most: int = 1 - most organisations through which all ties of a zone to others run
// column zone: text - zone
// column number: int - organisations through which its ties to other zones run
// column brokers: list - their ids
// column partners: int - organisations of other zones that it so reaches
// column zones: int - zones of these
MATCH (o:Organisation)-[:MEMBER_OF|TAKES_PART_IN]->(body)<-[:MEMBER_OF|TAKES_PART_IN]-(p:Organisation)
WHERE o.zone <> p.zone
WITH DISTINCT o.zone AS zone, o.id AS broker, p.id AS partner, p.zone AS other
ORDER BY broker
WITH zone, collect(DISTINCT broker) AS brokers, count(DISTINCT partner) AS partners, count(DISTINCT other) AS zones
WHERE size(brokers) <= $most
RETURN zone, size(brokers) AS number, brokers, partners, zones
ORDER BY number, zone
