import { describe, expect, it } from 'vitest';
import { amountWords, dateWords, daysLeftWords, sectionOf } from './words';

describe('words', () => {
  it('says a date with its weekday, as the server gave it', () => {
    expect(dateWords('2000-06-08')).toBe('Thu 8 June 2000');
    // Midnight in Chicago stays the day it is there, whatever zone the browser is in.
    expect(dateWords('2000-06-09T00:00:00-05:00', true)).toBe('Friday 9 June 2000, 00:00');
  });
  it('groups an amount and never rounds it', () => {
    expect(amountWords('350000000.00')).toBe('350,000,000.00');
    expect(amountWords('999.10')).toBe('999.10');
    expect(amountWords(null)).toBe('unknown');
  });
  it('says business and calendar days apart', () => {
    expect(daysLeftWords({ business: 3, calendar: 5 })).toBe('3 business days (5 calendar days)');
    expect(daysLeftWords({ calendar: -1 })).toBe('1 calendar day late');
  });
  it('finds the section of a provision', () => {
    expect(sectionOf('2.3-e')).toBe('2.3');
    expect(sectionOf('15.1(c)-a')).toBe('15.1');
  });
});
