// Pictures leave a gallery, or come back into it. Orders of them go on.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { notify } from '../../../src/interface/notice';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { GalleryPhoto, GalleryRow } from '../types';
import { count } from '../words';

/** Beyond this the list is searched, not scrolled. */
const SHOWN = 240;

export function PicturesSheet({ row, onClose }: { row: GalleryRow; onClose: () => void }) {
  const at = `/api/galleries/${row.gallery}`;
  const { value, error } = useLive<Said<GalleryPhoto>>(`${at}/photos`);
  const [undo, setUndo] = useState(false);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const action = useAction();
  const all = value?.results ?? [];
  const out = all.filter((p) => p.taken_out).length;
  const wanted = search.trim().toLowerCase();
  const found = all.filter((p) => p.taken_out === undo && p.file_name.toLowerCase().includes(wanted));
  const flip = (photo: string) => setChosen((before) => new Set(before.has(photo) ? [...before].filter((p) => p !== photo) : [...before, photo]));
  const show = (next: boolean) => {
    setUndo(next);
    setChosen(new Set());
  };
  const change = async () => {
    if (chosen.size === 0) return;
    if (!(await action.run(() => post(`${at}/take-out`, { photos: [...chosen], undo })))) return;
    notify(`${count(chosen.size, 'picture')} ${undo ? 'put back' : 'taken out'}`);
    setChosen(new Set());
  };
  return (
    <Dialog title={`Pictures of ${row.name}`} class="replace" onClose={onClose}>
      <div class="replace-body">
        <section>
          <div class="row between">
            <div class="tabs" role="group" aria-label="Which pictures">
              <button type="button" aria-pressed={!undo} onClick={() => show(false)}>
                In the gallery <span class="tally">{all.length - out}</span>
              </button>
              <button type="button" aria-pressed={undo} onClick={() => show(true)}>
                Taken out <span class="tally">{out}</span>
              </button>
            </div>
            <input type="search" class="search" placeholder="File name" aria-label="Search by file name" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
          </div>
          <p class="soft">
            {undo ? 'Choose what customers may see again.' : 'Choose what customers shall not see any more. Orders go on, hearts come back with the picture.'}
          </p>
          {error && <Problem error={error} />}
          <ul class="frames">
            {found.slice(0, SHOWN).map((photo) => (
              <li key={photo.photo}>
                <button type="button" aria-pressed={chosen.has(photo.photo)} onClick={() => flip(photo.photo)}>
                  <img src={`/api/photos/${photo.photo}/thumbnail`} alt="" loading="lazy" width={photo.width} height={photo.height} />
                  <span>{photo.file_name}</span>
                </button>
              </li>
            ))}
          </ul>
          {found.length > SHOWN && <p class="soft">{found.length - SHOWN} more: search for a name.</p>}
          {value && found.length === 0 && <p class="soft">{wanted !== '' ? 'No picture has that name.' : undo ? 'No picture was taken out.' : 'No picture of this computer is published.'}</p>}
        </section>
      </div>
      <div class="sheet-foot">
        {action.error && (
          <div class="refusal">
            <Problem error={action.error} />
          </div>
        )}
        <button type="button" class="button quiet" onClick={onClose}>
          Close
        </button>
        <button type="button" class="button" aria-disabled={chosen.size === 0 || action.busy} onClick={change}>
          {action.busy ? 'One moment …' : chosen.size === 0 ? (undo ? 'Put back' : 'Take out') : `${undo ? 'Put back' : 'Take out'} ${count(chosen.size, 'picture')}`}
        </button>
      </div>
    </Dialog>
  );
}
