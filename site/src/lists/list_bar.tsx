// Above the favourites: which list is shown, how much of the selection is chosen, and sending it.
import { useState } from 'preact/hooks';
import '../styles/lists.css';
import type { PhotoQuery } from '../api/gallery';
import type { GalleryView } from '../api/types';
import { useHeartChange } from '../gallery/hearts';
import { Confirm } from '../interface/dialog';
import { Icon } from '../interface/icon';
import { date, number, t } from '../language';
import { HEARTS, addList, listsOf, newListId, removeList, renameList, useLists } from './lists';
import { NameSheet } from './name_sheet';
import { SendSheet } from './send_sheet';

interface ListBarProps {
  view: GalleryView;
  query: PhotoQuery;
  onFilter: (query: PhotoQuery) => void;
}

export function ListBar({ view, query, onFilter }: ListBarProps) {
  const { value } = useLists(view.gallery);
  const keeper = listsOf(view.gallery);
  const hearts = Math.max(0, view.favourites + useHeartChange(view.gallery));
  const [open, setOpen] = useState<'send' | 'new' | 'rename' | 'remove' | null>(null);
  const shown = value?.lists.find((l) => l.id === query.list);
  const id = shown?.id ?? HEARTS;
  const count = shown ? shown.photos.length : hearts;
  const limit = view.selection_limit ?? null;
  const over = limit !== null && count > limit;
  const sent = value?.submitted[id];
  const close = () => setOpen(null);
  const tabs = [{ id: HEARTS, name: t('gallery.favourites'), count: hearts }, ...(value?.lists ?? []).map((l) => ({ id: l.id, name: l.name, count: l.photos.length }))];

  return (
    <section class="list-bar" aria-label={t('lists.title')}>
      <div class="list-tabs" role="group" aria-label={t('lists.title')}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            class={tab.id === id ? 'chip text on' : 'chip text'}
            aria-pressed={tab.id === id}
            onClick={() => onFilter(tab.id === HEARTS ? { favourites: true } : { list: tab.id })}
          >
            {tab.name}
            <span class="chip-count">{number(tab.count)}</span>
          </button>
        ))}
        <button type="button" class="chip text" onClick={() => setOpen('new')}>
          <Icon name="plus" />
          {t('lists.new')}
        </button>
      </div>
      <div class="list-send">
        <p class={over ? 'list-count over' : 'list-count'} role="status">
          {limit !== null ? t('lists.of_limit', { count, limit }) : t('gallery.pictures', { count })}
          {over && <span>{t('lists.over', { count: count - limit })}</span>}
          {sent !== undefined && <span class="hint">{t('lists.sent_on', { date: date(sent) })}</span>}
        </p>
        {shown && (
          <>
            <button type="button" class="link" onClick={() => setOpen('rename')}>
              {t('lists.rename')}
            </button>
            <button type="button" class="link" onClick={() => setOpen('remove')}>
              {t('lists.remove')}
            </button>
          </>
        )}
        <button type="button" class="button" disabled={count === 0 || over} onClick={() => setOpen('send')}>
          {t(sent === undefined ? 'lists.send' : 'lists.send_again')}
        </button>
      </div>
      {open === 'send' && <SendSheet view={view} list={id} name={shown?.name ?? t('gallery.favourites')} count={count} onClose={close} />}
      {open === 'new' && (
        <NameSheet
          title={t('lists.new')}
          name=""
          onClose={close}
          onName={(name) => {
            const made = newListId();
            void keeper.change(addList(made, name)).then(() => onFilter({ list: made }));
          }}
        />
      )}
      {open === 'rename' && shown && (
        <NameSheet title={t('lists.rename')} name={shown.name} onClose={close} onName={(name) => void keeper.change(renameList(shown.id, name))} />
      )}
      {open === 'remove' && shown && (
        <Confirm
          title={t('lists.remove.title', { name: shown.name })}
          text={t('lists.remove.text')}
          yes={t('lists.remove')}
          no={t('app.cancel')}
          onNo={close}
          onYes={() => {
            close();
            void keeper.change(removeList(shown.id));
            onFilter({ favourites: true });
          }}
        />
      )}
    </section>
  );
}
