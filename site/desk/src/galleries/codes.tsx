// The access codes of a gallery: to copy, to send, to print on cards.
import { useState } from 'preact/hooks';
import { Icon } from '../../../src/interface/icon';
import { notify } from '../../../src/interface/notice';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { GalleryRow, SharedCode } from '../types';
import { PeopleSheet } from './people_sheet';

/** Beyond this the list is searched, not scrolled. */
const SHOWN = 40;

export function Codes({ row }: { row: GalleryRow }) {
  const at = `/api/galleries/${row.gallery}`;
  const { value, error } = useLive<Said<SharedCode>>(`${at}/codes`);
  const [search, setSearch] = useState('');
  const [choosing, setChoosing] = useState(false);
  const action = useAction();
  const all = value?.results ?? [];
  const wanted = search.trim().toLowerCase();
  const found = all.filter((c) => wanted === '' || c.subjects.some((s) => s.toLowerCase().includes(wanted)) || c.code.toLowerCase().includes(wanted));
  const make = (everybody: boolean) => action.run(() => post(`${at}/codes`, { everybody }));
  return (
    <section class="block">
      <div class="row between">
        <h2>Codes and cards</h2>
        {all.length > 8 && (
          <input type="search" class="search" placeholder="Name or code" aria-label="Search codes" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
        )}
      </div>
      {error && <Problem error={error} />}
      {action.error && <Problem error={action.error} />}
      <ul class="codes">
        {found.slice(0, SHOWN).map((code) => (
          <li key={code.code}>
            <span class="code-who">{code.subjects.length > 0 ? code.subjects.join(', ') : 'The whole gallery'}</span>
            <code>{code.code}</code>
            <button type="button" class="link" aria-label={`Copy the link of ${code.subjects.join(', ') || 'the whole gallery'}`} onClick={() => void copy(code.link, 'The link is copied')}>
              <Icon name="copy" /> Copy link
            </button>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p class="soft">{found.length - SHOWN} more: search for a name.</p>}
      <div class="tools">
        {all.length > 0 && (
          <a class="link" href={`${at}/cards.pdf`} download={`${row.name} cards.pdf`}>
            Print cards (PDF)
          </a>
        )}
        {value && !all.some((c) => c.subjects.length === 0) && (
          <button type="button" class="link" onClick={() => make(false)}>
            Make a code for the whole gallery
          </button>
        )}
        <button type="button" class="link" onClick={() => setChoosing(true)}>
          Make a code for some people …
        </button>
        <button type="button" class="link" onClick={() => make(true)}>
          Make a code for everybody on the roster
        </button>
      </div>
      {choosing && <PeopleSheet row={row} codes={all} onClose={() => setChoosing(false)} />}
    </section>
  );
}

export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify(done);
  } catch {
    notify(text);
  }
}
