import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ActForm } from './act-form';
import { type Agreement, type Docket, type Listing, type Position, type Section, get, viewQuery } from './api';
import { ClauseTree, flatten, liveCount } from './clauses';
import { DocketPanel } from './docket';
import { SectionView } from './section';
import { usePageState } from './state';
import { TimeBar } from './time-bar';
import { WhyPanel } from './why';

export function App() {
  const [state, change] = usePageState();
  const client = useQueryClient();
  const [live, setLive] = useState(true);
  const listing = useQuery({ queryKey: ['agreements'], queryFn: () => get<Listing>('agreements') });
  const first = listing.data?.agreements[0];
  const id = first?.id ?? '';
  const query = viewQuery(state);
  const agreement = useQuery({ queryKey: ['agreement', id], queryFn: () => get<Agreement>(`agreements/${id}`), enabled: id !== '' });
  const clauses = useQuery({ queryKey: ['clauses', id], queryFn: () => get<{ sections: Section[] }>(`agreements/${id}/clauses`), enabled: id !== '' });
  const position = useQuery({ queryKey: ['position', id, query], queryFn: () => get<Position>(`agreements/${id}/position${query}`), enabled: id !== '' });
  const docket = useQuery({ queryKey: ['docket', query], queryFn: () => get<Docket>(`docket${query}`), enabled: id !== '' });

  // The record and the clock speak up by themselves: whatever they touch is asked for again.
  useEffect(() => {
    const source = new EventSource('/api/v1/events');
    const refresh = () => void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'clauses' && q.queryKey[0] !== 'agreement' });
    source.addEventListener('position', refresh);
    source.addEventListener('clock', refresh);
    source.onopen = () => {
      setLive(true);
      refresh();
    };
    source.onerror = () => setLive(false);
    return () => source.close();
  }, [client]);

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName);
      if (e.key === 'Escape') change({ item: '', act: '', on: '' });
      if (typing) return;
      if (e.key === '/') {
        e.preventDefault();
        document.getElementById('clause-search')?.focus();
      }
      if (e.key === 'j' || e.key === 'k') {
        const rows = [...document.querySelectorAll<HTMLElement>('.docket-row button.open')];
        const at = rows.indexOf(document.activeElement as HTMLElement);
        rows[Math.max(0, Math.min(rows.length - 1, at + (e.key === 'j' ? 1 : -1)))]?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });

  if (listing.error) return <p className="fatal" role="alert">The server does not answer: {listing.error.message}</p>;
  if (listing.data && !first) return <p className="fatal">No agreement is here yet. <code>counterpart import --data DIR PACK</code> adds one.</p>;
  if (!listing.data || !first || !clauses.data || !position.data || !agreement.data) return <p className="fatal">Reading the record…</p>;

  const sections = flatten(clauses.data.sections);
  const asked = sections.find((s) => s.number !== '' && s.number === state.section) ?? sections.find((s) => String(s.id) === state.section);
  const busiest = sections.map((s) => ({ s, live: s.number ? liveCount(s, position.data) : 0 })).sort((a, b) => b.live - a.live)[0]?.s;
  const section = asked ?? busiest;

  return (
    <div className={`page ${state.asOf || state.knownAt ? 'other-time' : ''}`}>
      <header>
        <h1>{first.title}</h1>
        <span className="record">{first.head} entries on record{live ? '' : ' · not connected, trying again'}</span>
        <button type="button" className="primary" onClick={() => change({ act: 'choose', on: '' })}>Record an act</button>
      </header>
      <TimeBar listing={listing.data} zone={first.zone} position={position.data} />
      <main>
        <ClauseTree sections={clauses.data.sections} selected={section} position={position.data} />
        {section && <SectionView section={section} position={position.data} agreement={agreement.data} query={query} />}
        <DocketPanel docket={docket.data} />
      </main>
      {state.item && <WhyPanel agreement={first.id} item={state.item} query={query} />}
      {state.act && <ActForm key={`${state.act} ${state.on}`} agreement={agreement.data} position={position.data} />}
    </div>
  );
}
