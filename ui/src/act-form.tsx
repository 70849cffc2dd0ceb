import { useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { type Agreement, type Form, type Input, type Position, type Preview, Problem, post } from './api';
import { usePageState } from './state';
import { Cites } from './why';
import { words } from './words';

type Values = Record<string, unknown>;

function Control({ input, value, onChange, position, name }: { input: Input; value: unknown; onChange: (v: unknown) => void; position: Position; name: string }) {
  const text = typeof value === 'string' ? value : '';
  const common = { id: name, 'aria-required': !input.optional };
  switch (input.type) {
    case 'yes_no':
      return <input {...common} type="checkbox" checked={value === true} onChange={(e) => onChange(e.target.checked)} />;
    case 'date':
      return <input {...common} type="date" value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'time':
      return <input {...common} type="datetime-local" value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'choice':
      return (
        <select {...common} value={text} onChange={(e) => onChange(e.target.value)}>
          <option value="">choose…</option>
          {input.options?.map((o) => <option key={o} value={o}>{words(o)}</option>)}
        </select>
      );
    case 'reference':
      return (
        <select {...common} value={text} onChange={(e) => onChange(e.target.value)}>
          <option value="">choose…</option>
          {position.documents.filter((d) => input.kinds?.includes(d.kind)).map((d) => <option key={d.id} value={d.id}>{d.id}{d.stage ? ` (${words(d.stage)})` : ''}</option>)}
        </select>
      );
    case 'texts':
      return <input {...common} value={Array.isArray(value) ? value.join('; ') : ''} placeholder="one; another" onChange={(e) => onChange(e.target.value.split(';').map((s) => s.trim()).filter(Boolean))} />;
    case 'parts': {
      const rows = Array.isArray(value) ? (value as Values[]) : [];
      const set = (i: number, row: Values) => onChange(rows.map((r, n) => (n === i ? row : r)));
      return (
        <div className="parts">
          {rows.map((row, i) => (
            <fieldset key={i}>
              <legend>{input.label} {i + 1}</legend>
              {input.parts?.map((p) => (
                <label key={p.name}>{p.label}<Control input={p} name={`${name}-${i}-${p.name}`} value={row[p.name]} position={position} onChange={(v) => set(i, { ...row, [p.name]: v })} /></label>
              ))}
              <button type="button" onClick={() => onChange(rows.filter((_, n) => n !== i))}>Remove</button>
            </fieldset>
          ))}
          <button type="button" onClick={() => onChange([...rows, {}])}>Add one</button>
        </div>
      );
    }
    default: {
      const numeric = input.type === 'money' || input.type === 'number';
      return <input {...common} value={text} inputMode={numeric ? 'decimal' : 'text'} className={numeric ? 'numeric' : ''} placeholder={input.type === 'duration' ? '30 days' : input.currency ?? ''} onChange={(e) => onChange(e.target.value)} />;
    }
  }
}

// What was typed, without what was left empty; money and numbers stay text, so that nothing is rounded on the way.
function clean(value: unknown): unknown {
  if (value === '' || value === undefined) return undefined;
  if (typeof value === 'string') return value.replace(/,(?=\d{3}(\D|$))/g, '');
  if (Array.isArray(value)) return value.map((v) => (typeof v === 'object' && v !== null ? cleanAll(v as Values) : v));
  return value;
}
function cleanAll(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([k, v]) => [k, clean(v)] as const).filter(([, v]) => v !== undefined));
}

function PreviewBox({ preview }: { preview: Preview }) {
  const seen = preview.changes.filter((c) => !/: (provisions|acts|ended|performed by|stage since|stage dated|stage by)$/.test(c.text));
  return (
    <div className={`preview ${preview.outcome.replace(' ', '-')}`} role="status">
      <p><strong>This act would be {preview.verdict.word}.</strong></p>
      {preview.verdict.reasons.map((r, i) => <p key={i}>{r.text} <Cites ids={r.provisions} /></p>)}
      {seen.length > 0 && <p>It would change:</p>}
      <ul>{seen.map((c, i) => <li key={i}>{c.kind === 'added' ? '+ ' : c.kind === 'removed' ? '− ' : ''}{words(c.text)}{c.kind === 'changed' ? `: ${words(c.before ?? '')} → ${words(c.after ?? '')}` : ''}</li>)}</ul>
    </div>
  );
}

export function ActForm({ agreement, position }: { agreement: Agreement; position: Position }) {
  const [state, change] = usePageState();
  const kindOfTarget = state.on.split('/')[0] ?? '';
  const [chosen, setChosen] = useState<Form | undefined>(() => agreement.forms.find((f) => f.verb === state.act && (kindOfTarget === '' || f.kind === kindOfTarget)));
  const [on, setOn] = useState(state.on.includes('/') ? state.on : '');
  const [key, setKey] = useState('');
  const [by, setBy] = useState(chosen?.by[0] ?? '');
  const [acting, setActing] = useState('');
  const [office, setOffice] = useState('');
  const [via, setVia] = useState('');
  const [signed, setSigned] = useState<Record<string, string>>({});
  const [cites, setCites] = useState<string[]>(['Agreement']);
  const [at, setAt] = useState('');
  const [values, setValues] = useState<Values>({});
  const [conflict, setConflict] = useState<Preview>();
  const idempotency = useMemo(() => crypto.randomUUID(), []);
  const close = () => change({ act: '', on: '' });

  const target = chosen?.creates ? (key ? `${chosen.kind}/${key}` : '') : on;
  const references = chosen ? Object.values(cleanAll(values)).filter((v): v is string => typeof v === 'string' && position.documents.some((d) => d.id === v)) : [];
  const act = chosen && {
    by, act: chosen.verb, on: target, with: cleanAll(values), acting_as: { party: acting || by, office },
    ...(at ? { at } : {}), ...(via ? { via } : {}),
    ...(chosen.cites ? { cites: [...new Set([...cites, ...references])] } : {}),
    ...(chosen.signs ? { signatures: Object.entries(signed).filter(([, o]) => o).map(([party, o]) => ({ party, office: o })) } : {}),
  };
  const asked = useDeferredValue(act && target ? JSON.stringify(act) : '');
  const preview = useQuery({
    queryKey: ['preview', agreement.id, asked, position.head],
    queryFn: () => post<Preview>(`agreements/${agreement.id}/preview`, JSON.parse(asked)),
    enabled: asked !== '', retry: false,
  });
  const seen = conflict ?? preview.data;
  const send = useMutation({
    mutationFn: () => post<unknown>(`agreements/${agreement.id}/acts`, { ...act, head: seen?.head, outcome: seen?.outcome }, idempotency),
    onSuccess: close,
    onError: (e) => { if (e instanceof Problem && e.preview) setConflict(e.preview); },
  });
  const wrong = send.error ?? (preview.error && asked ? preview.error : null);
  const party = agreement.parties.find((p) => p.name === (acting || by));

  return (
    <aside className="panel form" role="dialog" aria-label="Record an act">
      <div className="panel-head"><h2>Record an act</h2><button type="button" onClick={close}>Close</button></div>
      <form onSubmit={(e) => { e.preventDefault(); send.mutate(); }}>
        <label>Act
          <select aria-label="Act" value={chosen ? String(chosen.act) : ''} onChange={(e) => {
            const form = agreement.forms.find((f) => String(f.act) === e.target.value);
            setChosen(form); setBy(form?.by[0] ?? ''); setValues({}); setOn(''); setVia(''); setSigned({}); setConflict(undefined);
          }}>
            <option value="">choose…</option>
            {[...new Set(agreement.forms.map((f) => f.kind))].map((kind) => (
              <optgroup key={kind} label={kind}>{agreement.forms.filter((f) => f.kind === kind).map((f) => <option key={f.act} value={String(f.act)}>{f.verb}</option>)}</optgroup>
            ))}
          </select>
        </label>
        {chosen && (
          <>
            {chosen.creates ? (
              <label>Number of the new {chosen.kind}<input value={key} onChange={(e) => setKey(e.target.value)} placeholder={`${chosen.kind.replace(/[^A-Z]/g, '')}-1`} /></label>
            ) : (
              <label>On
                <select aria-label="On" value={on} onChange={(e) => setOn(e.target.value)}>
                  <option value="">choose…</option>
                  {position.documents.filter((d) => d.kind === chosen.kind).map((d) => <option key={d.id} value={d.id}>{d.key}{d.stage ? ` (${words(d.stage)})` : ''}</option>)}
                </select>
              </label>
            )}
            <label>Done by<select aria-label="Done by" value={by} onChange={(e) => setBy(e.target.value)}>{chosen.by.map((p) => <option key={p}>{p}</option>)}</select></label>
            <label>Recorded by
              <span className="pair">
                <select value={acting || by} aria-label="Recording party" onChange={(e) => { setActing(e.target.value); setOffice(''); }}>{agreement.parties.map((p) => <option key={p.name}>{p.name}</option>)}</select>
                <select value={office} aria-label="Recording office" onChange={(e) => setOffice(e.target.value)}><option value="">office…</option>{party?.offices.map((o) => <option key={o.name} value={o.name}>{o.title}</option>)}</select>
              </span>
            </label>
            {chosen.inputs.map((i) => (
              <label key={i.name} htmlFor={`in-${i.name}`} className={i.type}>{i.label}{i.optional ? ' (if any)' : ''}
                <Control input={i} name={`in-${i.name}`} value={values[i.name]} position={position} onChange={(v) => { setConflict(undefined); setValues((old) => ({ ...old, [i.name]: v })); }} />
              </label>
            ))}
            {chosen.channels.length > 0 && <label>Sent by<select aria-label="Sent by" value={via} onChange={(e) => setVia(e.target.value)}><option value="">not said</option>{chosen.channels.map((c) => <option key={c} value={c}>{words(c)}</option>)}</select></label>}
            {chosen.signs && agreement.parties.map((p) => (
              <label key={p.name}>Signed for {p.name}
                <select value={signed[p.name] ?? ''} onChange={(e) => { setConflict(undefined); setSigned({ ...signed, [p.name]: e.target.value }); }}><option value="">nobody</option>{p.offices.map((o) => <option key={o.name} value={o.name}>{o.title}</option>)}</select>
              </label>
            ))}
            {chosen.cites && <label className="check"><input type="checkbox" checked={cites.includes('Agreement')} onChange={(e) => setCites(e.target.checked ? ['Agreement'] : [])} /> It cites the agreement (and the documents named above)</label>}
            <label>When it happened<input type="datetime-local" value={at} onChange={(e) => setAt(e.target.value)} /><small>empty: now</small></label>
            <p className="small">Nobody has signed in: the act is recorded as unauthenticated.</p>
            {wrong && <p className="wrong" role="alert">{wrong.message}{wrong instanceof Problem && wrong.help ? ` — ${wrong.help}` : ''}</p>}
            {seen && !preview.error && <PreviewBox preview={seen} />}
            <button type="submit" className="primary" disabled={!seen || preview.isFetching || send.isPending || preview.error !== null}>{send.isPending ? 'Recording…' : 'Record it'}</button>
          </>
        )}
      </form>
    </aside>
  );
}
