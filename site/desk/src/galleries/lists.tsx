// What customers chose and sent to the studio, and its way into other programs.
import { useState } from 'preact/hooks';
import { notify } from '../../../src/interface/notice';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { SubmittedList } from '../types';
import { count, when } from '../words';
import { copy } from './codes';

interface Exported {
  result: { names?: string; files?: string[]; left?: string[] };
  notes: string[];
}

export function Lists({ gallery }: { gallery: string }) {
  const { value, error } = useLive<Said<SubmittedList>>(`/api/galleries/${gallery}/lists`);
  const lists = value?.results ?? [];
  return (
    <section class="block">
      <h2>Chosen by customers</h2>
      {error && <Problem error={error} />}
      {value && lists.length === 0 && <p class="soft">Nobody has sent a list yet.</p>}
      <ul class="chosen-lists">
        {lists.map((list) => (
          <li key={`${list.visitor}${list.list}`}>
            <ListView gallery={gallery} list={list} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ListView({ gallery, list }: { gallery: string; list: SubmittedList }) {
  const [open, setOpen] = useState(false);
  const action = useAction();
  const ask = (format: string) => post<Exported>(`/api/galleries/${gallery}/lists/export`, { list: `${list.customer}/${list.name}`, format });
  const copyNames = () => action.run(async () => copy((await ask('comma')).result.names ?? '', 'The file names are copied: paste them into Lightroom’s filter'));
  const sidecars = () =>
    action.run(async () => {
      const { files = [], left = [] } = (await ask('sidecars')).result;
      notify(`${count(files.length, 'sidecar')} written${left.length > 0 ? `, ${left.length} left alone` : ''}`);
    });
  return (
    <div class="chosen-list">
      <div class="row between">
        <strong>
          {list.customer} · {list.name}
        </strong>
        <span class="soft">
          {count(list.photos.length, 'photo')}, {when(list.submitted_at)}
        </span>
      </div>
      {list.message && <p>{list.message}</p>}
      <div class="tools">
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the pictures' : 'Show the pictures'}
        </button>
        <button type="button" class="link" onClick={copyNames}>
          Copy file names
        </button>
        <button type="button" class="link" onClick={sidecars}>
          Write ratings beside the originals
        </button>
      </div>
      {action.error && <Problem error={action.error} />}
      {open && (
        <ul class="frames">
          {list.photos.map((p) => (
            <li key={p.photo}>
              <img src={`/api/photos/${p.photo}/thumbnail`} alt="" loading="lazy" />
              <span class="soft">
                {p.file_name}
                {p.note && `: ${p.note}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
