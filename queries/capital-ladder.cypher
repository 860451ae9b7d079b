// title: The capital ladder
// title_zh: 资金阶梯
// question: How many rounds and how much money are there on each rung of the capital ladder?
// question_zh: 资金链各环节有多少轮次、多少金额？
// category: capital and talent
// column round: text - angel, seed, venture, growth or ipo
// column currency: text - currency (ISO 4217)
// column rounds: int - how many
// column amount: float - their amounts together
MATCH (i:Investment)
WHERE i.round IS NOT NULL
RETURN i.round AS round, i.currency AS currency, count(i) AS rounds, sum(i.amount) AS amount
ORDER BY round, currency
