import { describe, expect, it } from 'vitest';
import { rules, story, type Stream } from './language-mode';

// A line of text, read as CodeMirror reads it.
function colours(mode: { token(stream: Stream): string | null }, line: string): string[] {
  let at = 0;
  const out: string[] = [];
  const stream: Stream = {
    sol: () => at === 0,
    match: (pattern) => {
      const found = pattern.exec(line.slice(at));
      if (found) at += found[0].length;
      return found;
    },
    next: () => line[at++],
  };
  while (at < line.length) {
    const from = at;
    const kind = mode.token(stream);
    expect(at).toBeGreaterThan(from);
    if (kind) out.push(`${line.slice(from, at)} ${kind}`);
  }
  return out;
}

describe('the colours of a pack', () => {
  it('tells words at the left edge, words of the language, names and numbers apart', () => {
    expect(colours(rules, 'duty Lessor grants Request  [1-b] -- why')).toEqual([
      'duty definitionKeyword', 'Lessor typeName', 'grants variableName', 'Request typeName', '[1-b] link', '-- why comment',
    ]);
    expect(colours(rules, '  within 5 business days')).toEqual([
      'within keyword', '5 number', 'business keyword', 'days keyword',
    ]);
  });
  it('reads dates, amounts and keys of stories whole', () => {
    expect(colours(story, '2000-06-01 10:00  PO-17 is due; 1,200.50')).toEqual([
      '2000-06-01 number', '10:00 number', 'PO-17 typeName', 'is keyword', 'due keyword', '1,200.50 number',
    ]);
  });
});
