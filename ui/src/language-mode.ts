// Written by `counterpart highlight --codemirror`; change src/language/keywords.cpp instead.

// Colours of a pack's blocks for CodeMirror: `StreamLanguage.define(rules)` from @codemirror/language, or
// `story` for a scenario. It asks of the stream only what stands here, so that it can be tested without an editor.
export interface Stream {
  sol(): boolean;
  match(pattern: RegExp): unknown;
  next(): string | void;
}

const leftEdge = new Set([
  'accepts', 'account', 'act', 'agreement', 'at', 'calendar', 'claim', 'deferred', 'document', 'due', 'duty', 'every',
  'excuse', 'input', 'office', 'outside', 'paper', 'parameters', 'part', 'party', 'period', 'power', 'precedence',
  'prohibition', 'provisions', 'reading', 'receipt', 'stated', 'term', 'unknown', 'use', 'when', 'withheld',
]);

const words = new Set([
  'a', 'absent', 'acting', 'add', 'addressed', 'adds', 'after', 'against', 'agrees', 'all', 'also', 'amount', 'and',
  'any', 'appoints', 'are', 'as', 'at', 'available', 'awaiting', 'balance', 'be', 'because', 'becomes', 'before',
  'best', 'breach', 'breached', 'business', 'by', 'calendar', 'called', 'can', 'cancelled', 'chooses', 'cites',
  'citing', 'claims', 'column', 'compounded', 'condition', 'conflict', 'contests', 'corrects', 'count', 'currency',
  'cut_off', 'daily', 'date', 'day', 'days', 'deadline', 'default', 'designates', 'disputed', 'does', 'doubt', 'down',
  'drawn', 'draws', 'due', 'due_date', 'dues', 'duration', 'duty', 'each', 'earlier', 'effect', 'effective',
  'efforts', 'else', 'entry', 'equals', 'every', 'evidence', 'example', 'except', 'excuse', 'excused', 'expire',
  'failing', 'fails', 'filled', 'first', 'for', 'from', 'frozen', 'given', 'greater', 'half_day', 'half_even',
  'half_up', 'happened', 'has', 'have', 'higher', 'holder', 'holds', 'holiday', 'holidays', 'hour', 'hours', 'if',
  'in', 'interest', 'into', 'is', 'it', 'its', 'jointly', 'keeps', 'kind', 'known', 'label', 'lapsed', 'lasted',
  'late', 'later', 'latest', 'least', 'lesser', 'line', 'list', 'longer', 'lost', 'make', 'makes', 'may', 'money',
  'month', 'monthly', 'months', 'most', 'moved', 'must', 'name', 'names', 'need', 'needs', 'no', 'not', 'noted',
  'nothing', 'now', 'number', 'of', 'oldest', 'on', 'once', 'one', 'only', 'open', 'opening', 'operate', 'operates',
  'optional', 'or', 'orally', 'original', 'other', 'otherwise', 'overdue', 'overpaid', 'owes', 'paper', 'parent',
  'party', 'pending', 'performed', 'presumed', 'promptly', 'provision', 'provisions', 'put_in', 'puts', 'ratifies',
  'reasonable', 'receipt', 'received', 'recorded', 'records', 'relieves', 'remove', 'removes', 'rounded', 'rounding',
  'ruling', 'same', 'say', 'says', 'sending', 'sensitive', 'sent', 'set', 'sets', 'setting', 'settled', 'setup',
  'share', 'shorter', 'shows', 'signature', 'signed', 'silence', 'since', 'skipping', 'some', 'stages', 'start',
  'stricter', 'sum', 'supplies', 'table', 'takes', 'term', 'text', 'that', 'the', 'then', 'they', 'time', 'to',
  'today', 'together', 'total', 'under', 'unknown', 'unless', 'until', 'up', 'usable', 'use', 'used', 'vacant',
  'verb', 'via', 'void', 'waits', 'waived', 'waives', 'watch', 'way', 'week', 'weekend', 'weeks', 'when', 'where',
  'which', 'while', 'with', 'within', 'word', 'writing', 'year', 'years', 'yes', 'zone',
]);

const patterns: [RegExp, string][] = [
  [/^(?:--(?=[ -]|$).*$)/, 'comment'],
  [/^(?:"[^"]*")/, 'string'],
  [/^(?:\[[^\]]*\])/, 'link'],
  [/^(?:\d{4}-\d{2}-\d{2}(?![A-Za-z0-9]))/, 'number'],
  [/^(?:\d{2}:\d{2}(?::\d{2})?(?!\d))/, 'number'],
  [/^(?:\$?\d[\d,]*(?:\.\d+)?%?(?![\w.(-]))/, 'number'],
  [/^(?:[A-Z]\w*(?:-\w+)*)/, 'typeName'],
];
const word = /^[a-z_]\w*(?:-\w+)*/;

function token(stream: Stream, edge: boolean): string | null {
  const first = stream.sol();
  for (const [pattern, kind] of patterns) if (stream.match(pattern)) return kind;
  const found = stream.match(word);
  if (!found) {
    stream.next();
    return null;
  }
  const said = (found as RegExpMatchArray)[0];
  if (edge && first && leftEdge.has(said)) return 'definitionKeyword';
  return words.has(said) ? 'keyword' : 'variableName';
}

const languageData = { commentTokens: { line: '--' } };
export const rules = { name: 'counterpart', languageData, token: (stream: Stream) => token(stream, true) };
export const story = { name: 'scenario', languageData, token: (stream: Stream) => token(stream, false) };
