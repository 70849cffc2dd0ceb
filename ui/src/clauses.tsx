import { useState } from 'react';
import type { Position, Section } from './api';
import { usePageState } from './state';
import { sectionOf } from './words';

export function flatten(sections: Section[]): Section[] {
  return sections.flatMap((s) => [s, ...flatten(s.children)]);
}

const strip = (html: string) => html.replace(/<[^>]+>/g, ' ');

// How many duties run and dues stand open under a section's provisions.
export function liveCount(section: Section, position: Position): number {
  const here = (provisions: string[]) => provisions.some((p) => sectionOf(p) === section.number);
  return (
    position.duties.filter((d) => ['due', 'overdue', 'unknown'].includes(d.status) && here(d.provisions)).length +
    position.dues.filter((d) => d.status !== 'settled' && here(d.provisions)).length
  );
}

export function ClauseTree({ sections, selected, position }: { sections: Section[]; selected: Section | undefined; position: Position }) {
  const [search, setSearch] = useState('');
  const [, change] = usePageState();
  const wanted = search.trim().toLowerCase();
  const matches = (s: Section): boolean => wanted === '' || `${s.number} ${s.title} ${strip(s.prose_html)}`.toLowerCase().includes(wanted) || s.children.some(matches);
  const draw = (list: Section[]) => (
    <ul>
      {list.filter(matches).map((s) => {
        const live = s.number ? liveCount(s, position) : 0;
        return (
          <li key={s.id}>
            <button type="button" className={s.id === selected?.id ? 'clause selected' : 'clause'} aria-current={s.id === selected?.id ? 'true' : undefined}
              onClick={() => change({ section: s.number || String(s.id) })}>
              <span className="number">{s.number}</span> <span className="title">{s.title}</span>
              {live > 0 && <span className="live" title="duties and dues that run under it">{live} live</span>}
            </button>
            {s.children.length > 0 && draw(s.children)}
          </li>
        );
      })}
    </ul>
  );
  return (
    <nav className="clauses" aria-label="Clauses">
      <input id="clause-search" type="search" placeholder="Search the clauses  /" aria-label="Search the clauses" value={search} onChange={(e) => setSearch(e.target.value)} />
      {draw(sections)}
    </nav>
  );
}
