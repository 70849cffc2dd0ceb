import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Step, type Why, get } from './api';
import { usePageState } from './state';
import { sectionOf } from './words';

export function Cites({ ids }: { ids: string[] | undefined }) {
  const [, change] = usePageState();
  return (
    <>
      {(ids ?? []).map((id) => (
        <button key={id} type="button" className="cite" title={`Open the clause of ${id}`} onClick={() => change({ section: sectionOf(id) })}>{id}</button>
      ))}
    </>
  );
}

function Steps({ steps }: { steps: Step[] }) {
  if (steps.length === 0) return null;
  return (
    <ul className="steps">
      {steps.map((s, i) => (
        <li key={i} className={s.text.includes(': skipped, ') ? 'skipped' : undefined}>
          {s.text} <Cites ids={s.provisions} />
          <Steps steps={s.steps} />
        </li>
      ))}
    </ul>
  );
}

export function WhyPanel({ agreement, item, query }: { agreement: string; item: string; query: string }) {
  const [, change] = usePageState();
  const [copied, setCopied] = useState(false);
  const why = useQuery({
    queryKey: ['why', agreement, item, query],
    queryFn: () => get<Why>(`agreements/${agreement}/why?item=${encodeURIComponent(item)}${query.replace('?', '&')}`),
    placeholderData: undefined,
  });
  return (
    <aside className="panel" role="dialog" aria-label="Why">
      <div className="panel-head">
        <h2>Why</h2>
        {why.data && (
          <button type="button" onClick={() => void navigator.clipboard.writeText(why.data.text).then(() => setCopied(true))}>{copied ? 'Copied' : 'Copy as text'}</button>
        )}
        <button type="button" aria-label="Close" onClick={() => change({ item: '' })}>Close</button>
      </div>
      {why.error && <p className="wrong" role="alert">{why.error.message}</p>}
      {why.isPending && <p>Working it out…</p>}
      {why.data && (
        <>
          <p className="answer">{why.data.title} <Cites ids={why.data.provisions} /></p>
          <Steps steps={why.data.steps} />
        </>
      )}
    </aside>
  );
}
