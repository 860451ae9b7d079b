// Cypher: an identifier is written into the text only where it cannot be anything else.
const SAFE = /^[\p{L}\p{N} :._/@+#-]{1,200}$/u;
const literal = (id) => (SAFE.test(id) ? `'${id}'` : '$id');
const CYPHER = {
  o: (id) => `MATCH (o:Organisation {id: ${literal(id)}})
OPTIONAL MATCH (o)-[s:TAKES_PART_IN|MEMBER_OF]->(body)<-[:TAKES_PART_IN|MEMBER_OF]-(partner:Organisation)
OPTIONAL MATCH (o)-[bridge:COULD_BRIDGE]-(other:Organisation)
RETURN o, s, body, partner, bridge, other`,
  b: (label, id) => `MATCH (body:${label} {id: ${literal(id)}})<-[s:TAKES_PART_IN|MEMBER_OF]-(o:Organisation)
RETURN body, s, o`,
  g: (label) => `MATCH (o:Organisation)
WHERE o.silo = ${literal(label)}
OPTIONAL MATCH (o)-[bridge:COULD_BRIDGE]-(other:Organisation)
RETURN o, bridge, other`,
  p: (
    a,
    b,
  ) => `MATCH (start:Organisation {id: ${literal(a)}})-[bridge:COULD_BRIDGE]-(end:Organisation {id: ${literal(b)}})
RETURN start, bridge, end`,
};
function cypher(text) {
  const shown = text.includes('$id') ? `// $id: ${t('unsafe')}\n${text}` : text;
  const code = el('code', {}, shown);
  const button = el(
    'button',
    {
      type: 'button',
      class: 'copy',
      onclick: () => {
        button.textContent = t(copied(shown) ? 'copied' : 'copyFailed');
      },
    },
    t('copy'),
  );
  return el(
    'details',
    { class: 'fold' },
    el('summary', {}, t('cypher')),
    el('div', { class: 'code' }, button, el('pre', { title: t('copy'), onclick: () => button.click() }, code)),
  );
}
