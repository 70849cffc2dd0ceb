import { useState } from 'react';
import type { Agreement, Document, Field, Position, Section } from './api';
import { OpenQuestions } from './open-questions';
import { usePageState } from './state';
import { Cites } from './why';
import { amountWords, dateWords, daysLeftWords, sectionOf, words } from './words';

function Value({ field }: { field: Field }) {
  if (field.value === null && field.unknown) return <span className="unknown">unknown: waits for {field.unknown.map(words).join(', ')}</span>;
  if (field.value === null) return <span className="none">not given</span>;
  const bound = field.bound === 'at_most' ? 'at most ' : field.bound === 'at_least' ? 'at least ' : '';
  if (field.type === 'money') return <span className="amount">{bound}{amountWords(String(field.value))}</span>;
  if (field.type === 'date' || field.type === 'time') return <span>{bound}{dateWords(String(field.value))}</span>;
  return <span>{bound}{field.text}</span>;
}

function DocumentCard({ doc, agreement }: { doc: Document; agreement: Agreement }) {
  const [, change] = usePageState();
  const forms = agreement.forms.filter((f) => f.kind === doc.kind && !f.creates && (f.from.length === 0 || f.from.includes(doc.stage ?? '')));
  return (
    <article className="document">
      <h4>
        <span className="kind">{doc.kind}</span> {doc.key}
        {doc.stage && (
          <button type="button" className={`stage by-${doc.stage_by}`} onClick={() => change({ item: doc.id })} title="Ask why">
            {words(doc.stage)}{doc.stage_by === 'silence' ? ', by silence' : ''}
          </button>
        )}
        <Cites ids={doc.provisions} />
      </h4>
      {doc.stage_since && <p className="since">since {dateWords(doc.stage_since)}{doc.history && doc.history.length > 1 ? ` · ${doc.history.map((h) => words(h.stage)).join(' → ')}` : ''}</p>}
      <dl>
        {doc.fields.filter((f) => f.value !== null || f.unknown).map((f) => (
          <div key={f.name}><dt>{f.label}</dt><dd><Value field={f} /></dd></div>
        ))}
      </dl>
      {Object.entries(doc.parts).map(([name, rows]) => rows.length > 0 && (
        <table key={name}>
          <thead><tr>{rows[0]?.map((f) => <th key={f.name} className={f.type}>{f.label}</th>)}</tr></thead>
          <tbody>{rows.map((r, i) => <tr key={i}>{r.map((f) => <td key={f.name} className={f.type}><Value field={f} /></td>)}</tr>)}</tbody>
        </table>
      ))}
      <div className="foot">
        {doc.acts.map((entry) => <button key={entry} type="button" className="cite" onClick={() => change({ item: `entry:${entry}` })}>entry {entry}</button>)}
        {forms.map((f) => <button key={f.verb} type="button" className="act" onClick={() => change({ act: f.verb, on: doc.id })}>{f.verb}</button>)}
      </div>
    </article>
  );
}

export function SectionView({ section, position, agreement, query }: { section: Section; position: Position; agreement: Agreement; query: string }) {
  const [, change] = usePageState();
  const [beside, setBeside] = useState<'none' | 'rules' | 'original'>('none');
  const [all, setAll] = useState(false);
  const ids = new Set(section.provisions.map((p) => p.id));
  const here = (provisions: string[] | undefined) => (provisions ?? []).some((p) => ids.has(p) || sectionOf(p) === section.number);
  const duties = position.duties.filter((d) => here(d.provisions));
  const running = duties.filter((d) => ['due', 'overdue', 'unknown'].includes(d.status));
  const done = duties.filter((d) => !running.includes(d));
  const powers = position.powers.filter((p) => here(p.provisions) && p.status !== 'closed');
  const dues = position.dues.filter((d) => here(d.provisions));
  const periods = position.periods.filter((p) => here(p.provisions) && p.status !== 'over');
  const breaches = position.breaches.filter((b) => here(b.provisions));
  const voids = position.void.filter((v) => v.reasons.some((r) => here(r.provisions)));
  const unknown = position.unknown.filter((u) => here(u.provisions));
  const claims = position.claims.filter((c) => here(c.provisions));
  // The documents this section speaks of: those whose acts, duties or stages its provisions govern.
  const kinds = new Set(agreement.forms.filter((f) => here(f.provisions)).map((f) => f.kind));
  const documents = position.documents.filter((d) => kinds.has(d.kind) || here(d.provisions));
  const shown = all ? documents : documents.slice(-6).reverse();
  const creating = agreement.forms.filter((f) => f.creates && here(f.provisions));
  return (
    <section className="section" aria-label={`${section.number} ${section.title}`}>
      <div className="section-head">
        <h2><span className="number">{section.number}</span> {section.title}</h2>
        <div className="toggles" role="group" aria-label="Show beside">
          <button type="button" aria-pressed={beside === 'rules'} onClick={() => setBeside(beside === 'rules' ? 'none' : 'rules')}>Rules</button>
          <button type="button" aria-pressed={beside === 'original'} disabled={!section.original} title={section.original ? '' : 'no original text has been imported for this section'}
            onClick={() => setBeside(beside === 'original' ? 'none' : 'original')}>Original</button>
        </div>
      </div>
      <div className={beside === 'none' ? 'prose-only' : 'side-by-side'}>
        <div className="prose" dangerouslySetInnerHTML={{ __html: section.prose_html }} />
        {beside === 'rules' && <div className="rules">{section.rules.map((r) => <pre key={r.line} className={r.scenario ? 'scenario' : 'rule'} tabIndex={0}>{r.source}</pre>)}</div>}
        {beside === 'original' && <div className="original" tabIndex={0}>{section.original}</div>}
      </div>
      {section.provisions.some((p) => p.disposition !== 'executed') && (
        <details className="dispositions">
          <summary>{section.provisions.filter((p) => p.disposition !== 'executed').length} provision{section.provisions.filter((p) => p.disposition !== 'executed').length === 1 ? ' is' : 's are'} not executed by a rule</summary>
          <ul>{section.provisions.filter((p) => p.disposition !== 'executed').map((p) => <li key={p.id}><code>{p.id}</code> {p.disposition}: {p.note}</li>)}</ul>
        </details>
      )}

      {unknown.map((u) => <p key={u.id} className="notice unknown"><strong>Unknown: {words(u.name)}.</strong> {u.reason} {u.items.length > 0 && `${u.items.length} item${u.items.length === 1 ? '' : 's'} wait${u.items.length === 1 ? 's' : ''} for it.`}</p>)}

      <OpenQuestions agreement={agreement.id} query={query} here={here} />
      {claims.length > 0 && (
        <>
          <h3>Claims</h3>
          <ul className="items">
            {claims.map((c) => (
              <li key={c.id}>
                <button type="button" className="open" onClick={() => change({ item: c.id })}>{c.by} claims {words(c.name)} of {c.on}: {c.value === true ? 'yes' : c.value === false ? 'no' : String(c.value)}</button>
                <span className={`tag ${c.status === 'disputed' ? 'unknown' : ''}`}>{c.status}</span>
                <Cites ids={c.provisions} />
              </li>
            ))}
          </ul>
        </>
      )}
      {running.length > 0 && <h3>Duties that run</h3>}
      <ul className="items">
        {running.map((d) => (
          <li key={d.id} className={d.status}>
            <button type="button" className="open" onClick={() => change({ item: d.id })}>{d.text}</button>
            <span className="when">{d.due ? <><strong>{dateWords(d.due)}</strong> {daysLeftWords(d.days_left)}</> : d.due_text}{d.safe_by && <span className="safe"> safe by {dateWords(d.safe_by)}</span>}</span>
            {d.status !== 'due' && <span className={`tag ${d.status === 'unknown' ? 'unknown' : 'broken'}`}>{d.status}</span>}
            <Cites ids={d.provisions} />
          </li>
        ))}
      </ul>
      {powers.length > 0 && <h3>Powers</h3>}
      <ul className="items">
        {powers.map((p) => (
          <li key={p.id}>{p.text}{p.closes ? `, until ${dateWords(p.closes)}` : ''} {p.status !== 'open' && <span className="tag unknown">{p.status}</span>} <Cites ids={p.provisions} />
            {p.status === 'open' && <button type="button" className="act" onClick={() => change({ act: p.act, on: p.on })}>{p.act}</button>}</li>
        ))}
      </ul>
      {periods.length > 0 && <h3>Periods</h3>}
      <ul className="items">{periods.map((p) => <li key={p.id}>{words(p.text)}: {dateWords(p.from)} to {p.until ? dateWords(p.until) : 'an end that is not known'} <span className="tag">{p.status}</span> <Cites ids={p.provisions} /></li>)}</ul>
      {dues.length > 0 && (
        <>
          <h3>Dues</h3>
          <table className="dues">
            <thead><tr><th>On</th><th>Due</th><th className="money">Owed</th><th className="money">Disputed</th><th className="money">Settled</th><th className="money">Open</th><th>Status</th><th>Interest</th></tr></thead>
            <tbody>
              {dues.map((d) => (
                <tr key={d.id} className={d.status}>
                  <td><button type="button" className="open" onClick={() => change({ item: d.id })}>{d.on}</button></td>
                  <td>{d.due ? dateWords(d.due) : 'unknown'}</td>
                  <td className="money">{amountWords(d.amount)}</td><td className="money">{d.disputed ? amountWords(d.disputed) : '–'}</td>
                  <td className="money">{amountWords(d.settled)}</td><td className="money">{amountWords(d.open)}</td>
                  <td>{d.status === 'overdue' ? <span className="tag broken">overdue</span> : d.status}</td><td>{d.interest?.text ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {breaches.length > 0 && <h3>Breaches</h3>}
      <ul className="items">{breaches.map((b) => <li key={b.id}><span className="tag broken">breach</span> {b.party}: <button type="button" className="open" onClick={() => change({ item: b.id })}>{b.text}</button> <span>since {dateWords(b.from)}</span> <Cites ids={b.provisions} /></li>)}</ul>
      {voids.length > 0 && <h3>Void acts</h3>}
      <ul className="items">{voids.map((v) => <li key={v.id}><span className="tag void">void</span> <button type="button" className="open" onClick={() => change({ item: v.id })}>{v.by}: {v.act} {v.on}</button> <span>{dateWords(v.at)}: {v.reasons.map((r) => r.text).join('; ')}</span></li>)}</ul>

      {(documents.length > 0 || creating.length > 0) && <h3>Documents {creating.map((f) => <button key={f.act} type="button" className="act" onClick={() => change({ act: f.verb, on: f.kind })}>{f.verb} a new {f.kind}</button>)}</h3>}
      {shown.map((d) => <DocumentCard key={d.id} doc={d} agreement={agreement} />)}
      {documents.length > shown.length && <button type="button" onClick={() => setAll(true)}>Show all {documents.length} documents</button>}
      {done.length > 0 && (
        <details className="done">
          <summary>{done.length} duties here are over</summary>
          <ul className="items">{done.map((d) => <li key={d.id}><button type="button" className="open" onClick={() => change({ item: d.id })}>{d.text}</button> <span className={`tag ${d.status === 'breached' ? 'broken' : ''}`}>{d.status}</span></li>)}</ul>
        </details>
      )}
    </section>
  );
}
