// Dates, amounts and names in words. Dates stay text: what the server said is never moved into the browser's zone.

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

// "2000-06-08" or "2000-06-08T15:00:00-05:00" as "Thu 8 June 2000" or "Thu 8 June 2000, 15:00".
export function dateWords(text: string | null | undefined, long = false): string {
  if (!text) return '';
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(text);
  if (!match) return text;
  const [, year, month, day, clock] = match;
  const weekday = weekdays[new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay()] ?? '';
  const words = `${long ? weekday : weekday.slice(0, 3)} ${Number(day)} ${months[Number(month) - 1]} ${year}`;
  return clock ? `${words}, ${clock}` : words;
}

export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

// "170000.00" as "170,000.00"; what is not known says so.
export function amountWords(amount: string | null | undefined): string {
  if (amount === null || amount === undefined) return 'unknown';
  const [whole = '', fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function daysLeftWords(days: { business?: number; calendar: number } | undefined): string {
  if (!days) return '';
  if (days.calendar < 0) return `${-days.calendar} calendar day${days.calendar === -1 ? '' : 's'} late`;
  if (days.calendar === 0) return 'today';
  const calendar = `${days.calendar} calendar day${days.calendar === 1 ? '' : 's'}`;
  return days.business === undefined ? calendar : `${days.business} business day${days.business === 1 ? '' : 's'} (${calendar})`;
}

// Which of a section's numbers a provision belongs to: "2.3-e" to "2.3", "15.1(c)-a" to "15.1".
export function sectionOf(provision: string): string {
  return provision.replace(/-[a-z]+$/, '').replace(/\(.*$/, '');
}

export const groupTitles: Record<string, string> = {
  overdue: 'Overdue', today: 'Today', week: 'Within a week', later: 'Later', open: 'No date, or a date not known',
};
