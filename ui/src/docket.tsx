import type { Docket, DocketRow } from './api';
import { usePageState } from './state';
import { Cites } from './why';
import { dateWords, daysLeftWords, groupTitles, words } from './words';

function Row({ row }: { row: DocketRow }) {
  const [, change] = usePageState();
  return (
    <li className={`docket-row ${row.status}`}>
      <button type="button" className="open" onClick={() => change({ item: row.item })} title="Ask why">{row.text}</button>
      <div className="when">
        {row.due ? (
          <>
            <strong>{dateWords(row.due)}</strong> <span>{daysLeftWords(row.days_left)}</span>
          </>
        ) : (
          <span className={row.status === 'unknown' ? 'unknown' : ''}>{row.due_text}</span>
        )}
        {row.watch && !row.due && <span className="safe" title="A date to look at it; the text sets none">look at it {dateWords(row.watch)}</span>}
        {row.safe_by && <span className="safe" title="An open question could make the date earlier; this day is right whichever way it goes">safe by {dateWords(row.safe_by)}</span>}
        {row.status === 'overdue' && <span className="tag broken">overdue</span>}
        {row.status === 'unknown' && <span className="tag unknown">unknown</span>}
      </div>
      {row.interest && <div className="then">Interest so far: {row.interest.text}</div>}
      {row.consequence && <div className="then">If nobody acts: {words(row.consequence)}</div>}
      <div className="foot">
        <Cites ids={row.provisions} />
        {row.kind === 'duty' && row.on && row.act?.map((verb) => (
          <button key={verb} type="button" className="act" onClick={() => change({ act: verb, on: row.on ?? '', item: '' })}>{verb}</button>
        ))}
      </div>
    </li>
  );
}

export function DocketPanel({ docket }: { docket: Docket | undefined }) {
  const groups = docket?.groups.filter((g) => g.rows.length > 0) ?? [];
  return (
    <section className="docket" aria-label="Docket">
      <h2>Docket</h2>
      {docket && groups.length === 0 && <p className="empty">Nothing waits for anybody.</p>}
      {groups.map((g) => (
        <div key={g.name} className={`group ${g.name}`}>
          <h3>{groupTitles[g.name] ?? g.name} <span className="count">{g.rows.length}</span></h3>
          <ul>{g.rows.map((r) => <Row key={r.item} row={r} />)}</ul>
        </div>
      ))}
    </section>
  );
}
