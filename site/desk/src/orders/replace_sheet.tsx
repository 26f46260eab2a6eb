// Another picture in the place of the ordered one: its retouched version, or another frame of the gallery.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import type { Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { GalleryPhoto, Line, Picture, ShownOrder } from '../types';
import { adjust } from './changes';

interface ReplaceSheetProps {
  shown: ShownOrder;
  line: Line;
  picture: Picture;
  index: number;
  onClose: () => void;
}

export function ReplaceSheet({ shown, line, picture, index, onClose }: ReplaceSheetProps) {
  const { value, error } = useLive<Said<GalleryPhoto>>(`/api/galleries/${picture.gallery}/photos`);
  const [search, setSearch] = useState('');
  const action = useAction();
  const newer = shown.newer.some(([no, node]) => no === line.no && node === index);
  const wanted = search.trim().toLowerCase();
  const photos = (value?.results ?? []).filter((p) => p.photo !== picture.photo && !p.taken_out && p.file_name.toLowerCase().includes(wanted));
  const use = async (change: Parameters<typeof adjust>[1]) => {
    if (await action.run(() => adjust(shown, change))) onClose();
  };
  return (
    <Dialog title={`Instead of ${picture.file_name}`} class="replace" onClose={onClose}>
      <div class="replace-body">
        {action.error && <Problem error={action.error} />}
        <section class="newer">
          <h3>Retouched version</h3>
          {newer ? (
            <>
              <p class="soft">A newer export of this picture is on this computer. The crop stays if its shape is the same.</p>
              <button type="button" class="button" aria-disabled={action.busy} onClick={() => use({ kind: 'newer', line: line.no, node: index })}>
                Use the newer version
              </button>
            </>
          ) : (
            <p class="soft">There is no newer export. Export it again under the same name into its folder, and it shows up here.</p>
          )}
        </section>
        <section>
          <div class="row between">
            <h3>Another picture of the gallery</h3>
            <input type="search" class="search" placeholder="File name" aria-label="Search by file name" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
          </div>
          {error && <Problem error={error} />}
          <ul class="frames">
            {photos.slice(0, 240).map((photo) => (
              <li key={photo.photo}>
                <button
                  type="button"
                  aria-label={`Use ${photo.file_name}`}
                  aria-disabled={action.busy}
                  onClick={() => use({ kind: 'replace', line: line.no, node: index, photo: photo.photo })}
                >
                  <img src={`/api/photos/${photo.photo}/thumbnail`} alt="" loading="lazy" width={photo.width} height={photo.height} />
                  <span>{photo.file_name}</span>
                </button>
              </li>
            ))}
          </ul>
          {value && photos.length === 0 && <p class="soft">No other picture{wanted !== '' ? ' has that name' : ''}.</p>}
        </section>
      </div>
    </Dialog>
  );
}
