// The HTTP API as the pages use it. Shapes follow docs/api.md; nothing here knows any one agreement.

export interface Field { name: string; label: string; value: unknown; text: string; type: string; unknown?: string[]; bound?: string }
export interface Cause { entry?: number; rule?: string; silence?: boolean; provisions?: string[] }
export interface Document {
  id: string; kind: string; key: string; stage?: string; stage_since?: string; stage_dated?: string; stage_by?: string;
  provisions?: string[]; fields: Field[]; parts: Record<string, Field[][]>; acts: number[]; history?: { stage: string; at: string }[];
}
export interface DaysLeft { business?: number; calendar: number }
export interface Duty {
  id: string; provisions: string[]; bearer: string[]; act: string[]; on?: string; text: string; opened: string; due: string | null;
  due_text: string; safe_by?: string; days_left?: DaysLeft; status: string; standard?: string; consequence?: string; unknown?: string[]; performed_by?: number;
}
export interface Power { id: string; provisions: string[]; holder: string[]; act: string; on: string; text: string; opens?: string; closes?: string; status: string; unknown?: string[] }
export interface Due {
  id: string; provisions: string[]; debtor: string; creditor: string; on: string; text: string; currency: string; amount: string | null; disputed: string | null;
  settled: string; open: string | null; due: string | null; status: string; interest?: { amount: string | null; text: string; bound?: string; unknown?: string[] }; unknown?: string[];
}
export interface Judged { id: string; entry: number; act: string; on: string; by: string; at: string; reasons: { text: string; provisions?: string[] }[] }
export interface Breach { id: string; party?: string; provisions: string[]; on?: string; from: string; dated: string; text: string }
export interface Claim { id: string; name: string; on: string; by: string; value: unknown; status: string; at: string; entry: number; provisions: string[] }
export interface Unknown { id: string; name: string; reason: string; provisions: string[]; items: string[] }
export interface Period { id: string; provisions: string[]; text: string; from: string | null; until: string | null; status: string }
export interface Position {
  agreement: string; as_of: string; known_at?: string; zone: string; head: number; documents: Document[]; duties: Duty[]; powers: Power[]; prohibitions: { id: string; provisions: string[]; text: string }[];
  periods: Period[]; dues: Due[]; claims: Claim[]; void: Judged[]; noted: Judged[]; in_doubt: Judged[]; breaches: Breach[]; unknown: Unknown[]; next: string | null;
}
export interface Provision { id: string; disposition: string; note: string; prose_html: string }
export interface Section {
  id: number; number: string; title: string; level: number; prose_html: string; provisions: Provision[];
  rules: { source: string; line: number; file: string; scenario: boolean }[]; original?: string; children: Section[];
}
export interface Party { name: string; full_name: string; offices: { name: string; title: string }[] }
export interface Input { name: string; label: string; type: string; optional: boolean; options?: string[]; kinds?: string[]; parts?: Input[]; currency?: string }
export interface Form { act: number; kind: string; verb: string; label: string; by: string[]; creates: boolean; from: string[]; channels: string[]; cites: boolean; signs: boolean; inputs: Input[]; provisions: string[] }
export interface Agreement { id: string; title: string; head: number; zone: string; effective: string; parties: Party[]; forms: Form[] }
export interface Listing {
  agreements: { id: string; title: string; head: number; today: string; today_text: string; zone: string; parties: Party[] }[];
  server: { now: string; sample_clock: boolean };
}
export interface DocketRow {
  agreement: string; item: string; kind: string; who: string[]; act?: string[]; on?: string; text: string; due?: string | null; watch?: string; due_text?: string; safe_by?: string; days_left?: DaysLeft;
  consequence?: string; provisions: string[]; status: string; unknown?: string[]; standard?: string; interest?: { text: string };
}
export interface Docket { as_of: string; groups: { name: string; rows: DocketRow[] }[] }
export interface Step { text: string; provisions: string[]; entry?: number; steps: Step[] }
export interface Why { item: string; title: string; text: string; provisions: string[]; steps: Step[] }
export interface Change { item: string; kind: string; text: string; before?: string; after?: string }
export interface Alternative { id: string; question: string; answer: string; now: string; provisions: string[]; changes: Change[] }
export interface Preview { head: number; outcome: string; verdict: { word: string; reasons: { text: string; provisions: string[] }[] }; changes: Change[] }

export class Problem extends Error {
  constructor(readonly status: number, readonly detail: string, readonly help: string | undefined, readonly preview: Preview | undefined) {
    super(detail);
  }
}

async function answer<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return body as T;
  throw new Problem(response.status, String(body['detail'] ?? `the server answered ${response.status}`), body['help'] as string | undefined, body['preview'] as Preview | undefined);
}

export const get = async <T>(path: string): Promise<T> => answer<T>(await fetch(`/api/v1/${path}`));

export const post = async <T>(path: string, body: unknown, key?: string): Promise<T> =>
  answer<T>(
    await fetch(`/api/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
      body: JSON.stringify(body),
    }),
  );

// The dates of a view as a query, without those that are not set.
export function viewQuery(view: { asOf: string; knownAt: string }): string {
  const query = new URLSearchParams();
  if (view.asOf) query.set('as_of', view.asOf);
  if (view.knownAt) query.set('known_at', view.knownAt);
  const text = query.toString();
  return text ? `?${text}` : '';
}
