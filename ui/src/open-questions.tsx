import { useQuery } from '@tanstack/react-query';
import { get, type Alternative } from './api';
import { Cites } from './why';
import { words } from './words';

// Readings the parties have not chosen and claims in dispute: what holds meanwhile, and what each other answer would change.
export function OpenQuestions({ agreement, query, here }: { agreement: string; query: string; here: (provisions: string[]) => boolean }) {
  const open = useQuery({ queryKey: ['alternatives', agreement, query], queryFn: () => get<{ alternatives: Alternative[] }>(`agreements/${agreement}/alternatives${query}`) });
  if (open.error) return <p className="wrong" role="alert">{open.error.message}</p>;
  const rows = (open.data?.alternatives ?? []).filter((a) => here(a.provisions));
  if (rows.length === 0) return null;
  return (
    <>
      <h3>Open questions</h3>
      {rows.map((a) => (
        <details key={`${a.id}=${a.answer}`} className="notice open-question">
          <summary>
            {a.question} {a.now === 'disputed' ? <strong>Disputed.</strong> : <>Now <strong>{words(a.now)}</strong>.</>} If it were <strong>{words(a.answer)}</strong>: {a.changes.length} difference{a.changes.length === 1 ? '' : 's'} <Cites ids={a.provisions} />
          </summary>
          <ul>
            {a.changes.map((c, i) => (
              <li key={i}>{c.kind === 'changed' ? <>{c.text}: {c.before} → <strong>{c.after}</strong></> : c.kind === 'added' ? <>then also: {c.text}</> : <>no longer: {c.text}</>}</li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
