import { useMutation } from '@tanstack/react-query';
import { type Listing, type Position, post } from './api';
import { usePageState } from './state';
import { dateWords } from './words';

// One control moves the whole page through time; another day than today looks unmistakably so.
export function TimeBar({ listing, zone, position }: { listing: Listing; zone: string; position: Position }) {
  const [state, change] = usePageState();
  const today = listing.agreements[0]?.today ?? '';
  const step = useMutation({ mutationFn: (to: unknown) => post<unknown>('sample-clock', to) });
  const past = state.asOf !== '' && state.asOf < today;
  const future = state.asOf !== '' && state.asOf > today;
  return (
    <div className="time">
      {listing.server.sample_clock && (
        <div className="sample" role="note">
          <strong>Sample workspace.</strong> Its own clock says {listing.agreements[0]?.today_text}.
          <span className="steps">
            Step it forward:
            {['1 day', '1 week', 'next'].map((s) => (
              <button key={s} type="button" disabled={step.isPending || (s === 'next' && !position.next)} onClick={() => step.mutate({ step: s })}>
                {s === 'next' ? 'to the next change' : s}
              </button>
            ))}
          </span>
          {step.error && <span className="wrong">{step.error.message}</span>}
        </div>
      )}
      <div className={`dates ${past ? 'past' : ''} ${future ? 'future' : ''}`}>
        <label>
          As of <input type="date" aria-label="As of" value={state.asOf || today} onChange={(e) => change({ asOf: e.target.value === today ? '' : e.target.value })} />
        </label>
        <label>
          with what was known on <input type="date" aria-label="Known on" value={state.knownAt || today} max={today} onChange={(e) => change({ knownAt: e.target.value === today ? '' : e.target.value })} />
        </label>
        {(state.asOf || state.knownAt) && <button type="button" onClick={() => change({ asOf: '', knownAt: '' })}>Back to today</button>}
        <span className="says">
          {past && `The past: this is how it stood at the end of ${dateWords(state.asOf, true)}.`}
          {future && `The future: this is how it will stand at the end of ${dateWords(state.asOf, true)} if nobody does anything.`}
          {!past && !future && !state.knownAt && `Today, ${dateWords(today, true)} (${zone}).`}
          {state.knownAt && ` Only what was on record by the end of ${dateWords(state.knownAt, true)} is counted.`}
        </span>
        {position.next && <span className="next">Next change by itself: {dateWords(position.next)}</span>}
      </div>
    </div>
  );
}
