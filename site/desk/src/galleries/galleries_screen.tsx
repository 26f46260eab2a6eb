// Galleries: how many pictures customers see, what is on its way, codes and cards, and what customers chose.
import { useState } from 'preact/hooks';
import { Confirm } from '../../../src/interface/dialog';
import { Icon } from '../../../src/interface/icon';
import { notify } from '../../../src/interface/notice';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Empty, Problem, Title } from '../parts/said';
import type { GalleryRow, Studio } from '../types';
import { count } from '../words';
import { Batch } from './batch';
import { Codes } from './codes';
import { Lists } from './lists';
import { PicturesSheet } from './pictures_sheet';

export function GalleriesScreen({ gallery }: { gallery: string | null }) {
  const { value, error } = useLive<Said<GalleryRow>>('/api/galleries');
  const rows = value?.results ?? [];
  const open = rows.find((row) => row.gallery === gallery);
  return (
    <div class={gallery === null ? 'split' : 'split chosen'}>
      <section class="split-list" aria-label="Galleries">
        <Title chosen={gallery !== null}>Galleries</Title>
        {error && <Problem error={error} />}
        {value && rows.length === 0 && <p class="none">There is no gallery yet.</p>}
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.gallery}>
              <a class="row-link" href={`/galleries/${row.gallery}`} aria-current={row.gallery === gallery ? 'page' : undefined}>
                <span class="row-main">
                  <strong>{row.name}</strong>
                  <span class={row.state === 'open' ? 'chip good' : 'chip'}>{row.state}</span>
                </span>
                <span class="row-more">
                  <span>{row.published === row.selected ? count(row.published, 'photo') : `${row.published} of ${count(row.selected, 'photo')} published`}</span>
                  <span>{count(row.codes, 'code')}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section class="split-view" aria-label="Gallery">
        {open ? (
          <GalleryView key={open.gallery} row={open} />
        ) : (
          <Empty title={rows.length > 0 ? 'Choose a gallery' : 'No gallery yet'}>
            <p>Codes, cards and what customers chose are here.</p>
          </Empty>
        )}
      </section>
    </div>
  );
}

function GalleryView({ row }: { row: GalleryRow }) {
  const studio = useLive<Studio>('/api/studio');
  const action = useAction();
  const [closing, setClosing] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const at = `/api/galleries/${row.gallery}`;
  const checked = studio.value?.galleries.find((g) => g.name === row.name)?.batches_open ?? 0;
  const done = row.selected === 0 ? 1 : Math.min(1, row.published / row.selected);
  const publish = (open: boolean) =>
    action.run(async () => {
      const said = await post<Said<{ published?: number }>>(`${at}/publish`, { open });
      notify(`${count(said.results[0]?.published ?? 0, 'photo')} newly published`);
    });
  return (
    <article class="order">
      <a class="back-link" href="/galleries">
        <Icon name="back" /> Galleries
      </a>
      <header class="order-head">
        <div>
          <h1>{row.name}</h1>
          <p class="soft">
            {row.state === 'open' ? 'Open to customers' : row.state === 'draft' ? 'A draft: customers cannot come in yet' : 'Closed: open orders go on'}
            {row.sells_prints ? ' · sells prints' : ' · for looking'}
          </p>
        </div>
      </header>
      <div class="progress">
        <div class="bar" role="progressbar" aria-label="Published" aria-valuemin={0} aria-valuemax={row.selected} aria-valuenow={row.published}>
          <span style={{ width: `${done * 100}%` }} />
        </div>
        <p>
          {row.published} of {count(row.selected, 'photo')} published
          {checked > 0 && ', some being checked by the host'}
        </p>
      </div>
      <div class="actions">
        <div class="row">
          {row.state === 'open' ? (
            <button type="button" class="button" aria-disabled={action.busy} onClick={() => publish(false)}>
              {action.busy ? 'Publishing …' : 'Publish what is new'}
            </button>
          ) : (
            <button type="button" class="button" aria-disabled={action.busy} onClick={() => publish(true)}>
              {action.busy ? 'Opening …' : 'Open to customers'}
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => setChoosing(true)}>
            Pictures …
          </button>
          {row.state === 'open' && (
            <button type="button" class="button quiet" onClick={() => setClosing(true)}>
              Close …
            </button>
          )}
        </div>
        {action.error && <Problem error={action.error} />}
      </div>
      <Batch row={row} />
      <Codes row={row} />
      <Lists gallery={row.gallery} />
      {choosing && <PicturesSheet row={row} onClose={() => setChoosing(false)} />}
      {closing && (
        <Confirm
          title={`Close ${row.name}?`}
          text="Customers can no longer look at it. Orders that are open go on, and it can be opened again."
          yes="Close it"
          no="Leave it open"
          calm
          onNo={() => setClosing(false)}
          onYes={() => {
            setClosing(false);
            void action.run(() => post(`${at}/close`));
          }}
        />
      )}
    </article>
  );
}
