// Every word of the interface, in English and Chinese; {…} is filled in.
const WORDS = {
  skip: ['Skip to the search', '跳到搜索'],
  views: ['Views', '视图'],
  findings: ['Findings', '结论'],
  network: ['Network', '网络'],
  search: ['Search organisations, bodies and groups; pinyin too', '搜索机构、项目平台和群组，可用拼音'],
  searchHint: ['Search  ( / )', '搜索（按 /）'],
  suggestions: ['Suggestions', '搜索建议'],
  nothing: ['Nothing found', '没有找到'],
  theme: ['Light or dark', '浅色或深色'],
  help: ['Keys and reading help', '按键与读图说明'],
  close: ['Close', '关闭'],
  canvas: [
    'Picture of the network. Arrow keys move, + and − zoom, 0 shows all, N and P step through organisations, Enter opens.',
    '网络图。方向键移动，+ 和 − 缩放，0 显示全部，N 和 P 逐个浏览机构，回车打开。',
  ],
  zoomIn: ['Zoom in', '放大'],
  zoomOut: ['Zoom out', '缩小'],
  fit: ['Show all', '显示全部'],
  png: ['Save the picture as PNG', '将图保存为 PNG'],
  svg: ['Save the picture as SVG', '将图保存为 SVG'],
  csvOut: ['Save the organisations shown as CSV', '将所示机构保存为 CSV'],
  details: ['Legend and details', '图例与详情'],
  counts: ['{o} organisations · {b} bodies · {t} ties', '{o} 个机构 · {b} 个项目或平台 · {t} 条联系'],
  organisations: ['organisations', '机构'],
  organisation: ['organisation', '机构'],
  bodies: ['bodies', '项目与平台'],
  body: ['body', '项目或平台'],
  ties: ['ties', '联系'],
  group: ['group', '群组'],
  silos: ['silos', '孤岛'],
  bridges: ['proposed bridges', '建议的桥'],
  colour: ['Colour', '颜色'],
  size: ['Size', '大小'],
  verdict: ['verdict on its group', '所在群组的判定'],
  role: ['role', '角色'],
  country: ['country', '国家'],
  region: ['region', '区域'],
  zone: ['zone', '高新区'],
  chain: ['leading chain', '主导链'],
  chainRule: [
    'A chain leads of whose links in the whole network it holds the largest share, at least half as large again as of any other chain.',
    '主导链：机构占全网该链联系的份额最大，且至少为其在其他各链份额的1.5倍。',
  ],
  city: ['city', '城市'],
  sector: ['sector', '部门'],
  leader: ['leading enterprise', '龙头企业'],
  founded: ['founded', '成立年份'],
  partners: ['partners', '合作伙伴数'],
  seats: ['seats', '参与数'],
  betweenness: ['broker betweenness', '中介中心性'],
  constraint: ['constraint', '约束度'],
  effective: ['effective size', '有效规模'],
  efficiency: ['efficiency', '效率'],
  equal: ['all the same', '相同'],
  missing: ['not given', '未填'],
  other: ['others', '其他'],
  hulls: ['outlines of groups', '群组轮廓'],
  names: ['names', '名称'],
  proposals: ['proposed bridges', '建议的桥'],
  lines: ['ties', '联系'],
  weight: ['Ties of at least', '联系强度不低于'],
  years: ['Year', '年份'],
  allYears: ['all years', '全部年份'],
  play: ['Play through the years', '逐年播放'],
  pause: ['Pause', '暂停'],
  legend: ['Legend: click to hide or show', '图例：点击隐藏或显示'],
  only: ['only', '仅看'],
  all: ['show all', '全部显示'],
  ranking: ['Groups, most closed first', '群组（最封闭者在前）'],
  best: ['Proposed bridges, best first', '建议的桥（最佳在前）'],
  leave: ['{p} of its ties leave', '{p} 的联系通向外部'],
  members: ['{n} members', '{n} 个成员'],
  more: ['show {n} more', '再显示 {n} 个'],
  back: ['Back to the overview', '返回总览'],
  id: ['identifier', '标识'],
  aliases: ['also called', '别名'],
  itsGroup: ['Its group', '所在群组'],
  certainty: ['its place there is {p} certain', '归属的确定性 {p}'],
  itsPartners: ['Partners', '合作伙伴'],
  itsBodies: ['Takes part in', '参与'],
  itsProposals: ['Proposed bridges', '建议的桥'],
  noProposals: ['None is proposed for it in this report.', '本报告未对其提出建议。'],
  noPartners: [
    'It has no partner: every body it belongs to has one member.',
    '没有合作伙伴：所参与的项目或平台都只有一个成员。',
  ],
  noBodies: ['It belongs to no body.', '未参与任何项目或平台。'],
  evidence: ['Evidence', '证据'],
  heaviest: ['memberships that weigh most', '权重最大的成员关系'],
  evidenceRows: ['{n} rows of the sources', '{n} 行来源数据'],
  noEvidence: ['The source gives no row numbers.', '来源没有行号。'],
  cypher: ['The same in Cypher', '对应的 Cypher'],
  copy: ['Copy', '复制'],
  copied: ['Copied', '已复制'],
  copyFailed: ['Select the text and copy it by hand', '请手动选择并复制'],
  unsafe: ['give the identifier above as parameter', '标识请作为参数传入'],
  gain: ['gain', '增益'],
  likelihood: ['likelihood', '可行性'],
  reasons: ['Why', '理由'],
  gainLong: ['gain in global efficiency', '全局效率增益'],
  reach: ['gain in reachable pairs', '可达对增益'],
  common: ['common partners', '共同伙伴'],
  distance: ['distance now', '现有距离'],
  apart: ['not connected now', '目前不连通'],
  proposal: ['Proposed bridge', '建议的桥'],
  membersOf: ['Members', '成员'],
  shared: ['{n} shared', '共同 {n} 项'],
  rank: [' (rank {n})', '（第 {n} 位）'],
  doors: ['Doors to the outside', '对外的门户'],
  itsDoors: ['Doors to other groups, strongest tie first', '通向其他群组的门户（联系最强者在前）'],
  partnersThere: ['{n} there', '该组 {n} 个'],
  proposalsOf: ['Proposed bridges from here', '由此提出的桥'],
  largest: ['Members with most partners', '伙伴最多的成员'],
  expected: ['expected', '预期'],
  dates: ['dates', '日期'],
  from: ['from', '起'],
  to: ['to', '止'],
  grouped: [
    'Each disc is a group; click one or zoom in to see its organisations',
    '每个圆是一个群组；点击或放大后显示其中的机构',
  ],
  drawnTies: [
    '{n} strongest of {m} ties drawn; all of an organisation when it is chosen',
    '绘出最强的 {n} 条（共 {m} 条）；选中机构时显示其全部联系',
  ],
  unknownName: ['(no name) {id}', '（无名称）{id}'],
  openNetwork: ['Explore the network', '浏览网络'],
  minute: ['In one minute', '一分钟读懂'],
  data: ['The data, and how good they are', '数据及其质量'],
  dataLead: [
    'What was loaded, what is missing, and what may distort the findings.',
    '载入了什么、缺少什么、什么可能影响结论。',
  ],
  sources: ['Sources', '来源'],
  file: ['file', '文件'],
  licence: ['licence', '许可'],
  loaded_at: ['loaded at', '载入时间'],
  status: ['status', '状态'],
  sha256: ['SHA-256 of the files', '文件的 SHA-256'],
  rows_in: ['rows in', '读入行数'],
  rows_loaded: ['rows loaded', '载入行数'],
  rows_merged: ['rows merged', '合并行数'],
  rows_rejected: ['rows rejected', '拒绝行数'],
  noSources: [
    'No list of sources was given for this page; the evidence rows name the files.',
    '本页未附来源清单；证据行中写有文件名。',
  ],
  field: ['What', '项目'],
  known: ['Known', '已知'],
  missingCount: ['Missing', '缺失'],
  share: ['Share known', '已知比例'],
  check: ['Worth knowing', '注意事项'],
  notComputed: ['It was not computed for this page.', '本页未计算。'],
  name: ['name', '名称'],
  date: ['date of the body', '项目或平台的日期'],
  stage: ['stage of the body', '项目或平台的创新阶段'],
  table: ['Table: {n} rows', '表格：{n} 行'],
  suspectsTable: ['Suspects: {n} rows', '待核查：{n} 行'],
  membersTable: ['Table of members: {n} rows', '成员表：{n} 行'],
  method: ['Method and source', '方法与来源'],
  provenance: ['Where these numbers come from', '数字的出处'],
  parameters: ['parameters', '参数'],
  seed: ['seed', '随机种子'],
  versions: ['versions', '版本'],
  data_hash: ['hash of the data', '数据哈希'],
  analysis: ['analysis', '分析'],
  weighting: ['weighting of ties', '联系加权'],
  memberships: ['seats', '参与数'],
  again: ['Run it again', '重新运行'],
  filter: ['Filter rows', '筛选行'],
  csv: ['CSV', 'CSV'],
  csvTitle: ['Download these rows as CSV', '下载这些行（CSV）'],
  rows: ['{a}–{b} of {n}', '{a}–{b}，共 {n}'],
  previous: ['Previous', '上一页'],
  next: ['Next', '下一页'],
  noRows: ['No row', '没有行'],
  onPaper: [
    'Not printed: {n} more rows, {c} more columns. The page has them, and its CSV.',
    '未打印：另有 {n} 行、{c} 列，见网页及其 CSV。',
  ],
  sortBy: ['Sort by {c}', '按 {c} 排序'],
  chartSilos: [
    'Left: share of ties that leave each group (dot) and what the same memberships give by chance (bar). Right: odds of staying inside against chance, with 95 % interval.',
    '左：各群组通向外部的联系比例（圆点）与同样参与规模下的随机范围（横条）。右：留在组内的优势比及 95% 区间。',
  ],
  chartCommunities: [
    'Left: share of ties that leave each community (dot) and what the same memberships give by chance (bar); communities are found on these ties, so few leave by construction. Right: odds of staying inside against chance, with 95 % interval, on bodies kept out of finding them: the verdict rests on these.',
    '左：各社群通向外部的联系比例（圆点）与同样参与规模下的随机范围（横条）；社群由这些联系得出，故外部联系必然较少。右：在未用于发现社群的项目或平台上，联系留在组内的优势比及 95% 区间；判定以此为据。',
  ],
  panelShare: ['share of ties that leave', '通向外部的联系比例'],
  panelOdds: ['odds of staying inside, against chance', '留在组内的优势比（与随机相比）'],
  chartChance: ['by chance', '随机范围'],
  chartBridges: [
    'Proposed bridges by rank: what each would gain against how likely it is. Filled: no other candidate beats it in both.',
    '建议的桥（数字为名次）：增益与可行性。实心：没有其他候选在两方面都更优。',
  ],
  chartComponents: ['Organisations by the size of the component they belong to', '按所在连通分量规模划分的机构'],
  by: ['by {p}', '按{p}'],
  community: ['by community', '按社群'],
  keyTitle: ['Keys', '按键'],
  keySearch: ['search', '搜索'],
  keyClose: ['close, go back', '关闭、返回'],
  keyZoom: ['zoom in, out', '放大、缩小'],
  keyMove: ['move the picture', '移动画面'],
  keyFit: ['show all', '显示全部'],
  keyStep: ['next, previous organisation by size', '下一个、上一个机构（按大小）'],
  keyOpen: ['open the one under the ring', '打开环中的机构'],
  keyHelp: ['this help', '本说明'],
  readTitle: ['How to read the picture', '如何读图'],
  read1: [
    'A dot is an organisation, a line joins two that share a body (project, platform). Dots lie in their group; the groups were found by who works with whom.',
    '圆点是机构，连线表示两机构同在一个项目或平台。圆点画在所属群组内；群组由合作关系得出。',
  ],
  read2: [
    'An outline in vermilion is a silo: fewer of its ties leave it than its members’ activity alone would give. Light orange leans inward, blue is open, grey is neither or too small to tell.',
    '朱红色轮廓是孤岛：通向外部的联系少于仅由成员活跃度得出的水平。浅橙为偏内向，蓝色为开放，灰色为无异常或太小无法判断。',
  ],
  read3: [
    'A dashed line is a tie that does not exist and is proposed as a bridge; the number is its rank.',
    '虚线是目前不存在、建议建立的桥；数字是名次。',
  ],
  read4: [
    'Groups and organisations below the main picture hang together with nothing else.',
    '主图下方的群组和机构与其他部分没有联系。',
  ],
  communitiesFound: [
    '{n} communities of organisations with ties, the largest of {m}. {p} of the organisations belong to theirs with a certainty of 80 % or more; the others stand between communities.',
    '有联系的机构分为 {n} 个社群，最大的有 {m} 个机构。{p} 的机构归属确定性达到 80% 或以上，其余介于社群之间。',
  ],
  chartLargest: ['largest component', '最大连通分量'],
  chartOther: ['{n} other components', '其他 {n} 个分量'],
  chartAlone: ['without any tie', '没有联系'],
  silosFound: ['verdict: silo', '判定为孤岛'],
  contents: ['Contents', '目录'],
  unanswered: ['What these data cannot answer', '现有数据无法回答的问题'],
  unansweredLead: ['Each question, and what is wanting for it.', '各问题及其所缺的数据。'],
  navSilos: ['Silos by community', '社群孤岛'],
  navSilosBy: ['Silos by {p}', '按{p}的孤岛'],
  rounding: [
    'Numbers in this file have six significant digits; {c} gives them all.',
    '本文件数字保留六位有效数字；{c} 可得到全部精度。',
  ],
  yes: ['yes', '是'],
  no: ['no', '否'],
};
const TERMS = {
  university: ['university', '高校'],
  enterprise: ['enterprise', '企业'],
  government: ['government', '政府'],
  research_institute: ['research institute', '科研院所'],
  finance: ['finance', '金融机构'],
  intermediary: ['intermediary', '中介服务机构'],
  user: ['user', '用户'],
  'technology chain': ['technology chain', '技术链'],
  'industry chain': ['industry chain', '产业链'],
  'capital chain': ['capital chain', '资金链'],
  'talent chain': ['talent chain', '人才链'],
  'several chains': ['several chains, none leads', '多条链，无主导'],
  'no chain': ['in no chain', '不在任何链中'],
  silo: ['silo', '孤岛'],
  'leaning inward': ['leaning inward', '偏内向'],
  open: ['open', '开放'],
  neither: ['neither', '无异常'],
  'too small': ['too small', '太小，无法判断'],
  project: ['project', '项目'],
  joint_patent: ['joint patent', '联合专利'],
  contract: ['contract', '合同'],
  publication: ['publication', '论文'],
  licence: ['licence', '许可'],
  Collaboration: ['collaboration', '合作'],
  Platform: ['platform', '平台'],
  science_park: ['science park', '园区'],
  incubator: ['incubator', '孵化器'],
  accelerator: ['accelerator', '加速器'],
  innovation_consortium: ['innovation consortium', '创新联合体'],
  alliance: ['alliance', '产业技术创新联盟'],
  joint_lab: ['joint laboratory', '联合实验室'],
  national_lab: ['national laboratory', '国家实验室'],
  engineering_centre: ['engineering centre', '工程研究中心'],
  industrial_technology_institute: ['industrial technology institute', '产业技术研究院'],
  technical_service: ['technical service platform', '公共技术服务平台'],
  pilot_scale: ['pilot-scale platform', '中试熟化平台'],
  digital_infrastructure: ['digital infrastructure', '新型基础设施'],
  technology_transfer: ['technology transfer', '技术转移机构'],
  challenge_board: ['challenge board', '揭榜平台'],
  coordinator: ['coordinator', '牵头'],
  participant: ['participant', '参与'],
  partner: ['partner', '合作伙伴'],
  third_party: ['third party', '第三方'],
  associated: ['associated', '联系成员'],
  host: ['host', '承建'],
  member: ['member', '成员'],
  complete: ['complete', '完整'],
  incomplete: ['incomplete', '不完整'],
  true: ['yes', '是'],
  false: ['no', '否'],
  True: ['yes', '是'],
  False: ['no', '否'],
};
let language = 'en';
const zh = () => language === 'zh';
// What was not declared in Chinese is said in English.
const either = (pair) => pick(pair) || pair[0];
const pick = (pair) => pair[zh() ? 1 : 0];
function t(key, values = {}) {
  return pick(WORDS[key] || [key, key]).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
const term = (value) => (Object.hasOwn(TERMS, value) ? pick(TERMS[value]) : String(value));
const COUNT = new Intl.NumberFormat('en-GB'); // made once: toLocaleString makes one at every call
const count = (n) => COUNT.format(n);
const percent = (x) =>
  x === null || x === undefined ? '–' : `${(100 * x).toFixed(x && Math.abs(x) < 0.0995 ? 1 : 0)}${zh() ? '' : ' '}%`;
function figure(x) {
  if (x === null || x === undefined) return '–';
  if (typeof x !== 'number') return String(x);
  if (Number.isInteger(x)) return Math.abs(x) < 1e15 ? count(x) : String(x);
  const size = Math.abs(x);
  if (size < 1e-6) return `${x < 0 ? '−' : ''}<0.000001`;
  return size < 0.0001
    ? x.toLocaleString('en-GB', { maximumSignificantDigits: 2 })
    : size < 1
      ? String(Number(x.toPrecision(3)))
      : x.toLocaleString('en-GB', { maximumFractionDigits: size < 100 ? 2 : 0 });
}
const countries = {};
function country(code) {
  if (!/^[A-Za-z]{2}$/.test(code)) return code;
  countries[language] ||= new Intl.DisplayNames([zh() ? 'zh-Hans' : 'en'], { type: 'region', fallback: 'code' });
  return countries[language].of(code.toUpperCase());
}
// A community is named by what most members share; in Chinese its parts are said in Chinese.
function communityName(name) {
  if (!zh()) return name;
  const spoken = (part) =>
    Object.hasOwn(TERMS, part.replaceAll(' ', '_'))
      ? term(part.replaceAll(' ', '_'))
      : /^[A-Z]{2}$/.test(part)
        ? country(part)
        : part.replace(/^community (\d+)$/, '社群 $1');
  return name.split(' · ').map(spoken).join(' · ');
}
const shown = (fact, value) =>
  fact === 'country' ? country(value) : fact === 'community' ? communityName(value) : term(value);
// A sentence about countries by their names: it says each code of its row once before anything else may look like one.
function countriesNamed(said, table, r) {
  for (const column of ['group', 'other']) {
    const code = String(table.of[column]?.[r] ?? '');
    if (/^[A-Z]{2}$/.test(code)) said = said.replace(new RegExp(`(?<![A-Za-z])${code}(?![A-Za-z])`), () => country(code));
  }
  return said;
}
