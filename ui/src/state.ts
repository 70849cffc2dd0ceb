import { useSearchParams } from 'wouter';

// Everything a page shows follows from its address: agreement, section, dates, the item asked about, the act begun.
export interface PageState { section: string; asOf: string; knownAt: string; item: string; act: string; on: string }

const names = { section: 'section', asOf: 'as_of', knownAt: 'known_at', item: 'why', act: 'act', on: 'on' } as const;

export function usePageState(): [PageState, (change: Partial<PageState>) => void] {
  const [search, setSearch] = useSearchParams();
  const read = (name: string) => search.get(name) ?? '';
  const state: PageState = { section: read('section'), asOf: read('as_of'), knownAt: read('known_at'), item: read('why'), act: read('act'), on: read('on') };
  const change = (next: Partial<PageState>) =>
    setSearch((old) => {
      const out = new URLSearchParams(old);
      for (const [key, value] of Object.entries(next)) {
        const name = names[key as keyof PageState];
        if (value) out.set(name, value);
        else out.delete(name);
      }
      return out;
    });
  return [state, change];
}
