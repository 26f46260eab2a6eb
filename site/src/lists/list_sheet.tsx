// One picture: which lists it is in, and a note on it.
import { useState } from 'preact/hooks';
import '../styles/field.css';
import '../styles/lists.css';
import type { PhotoView } from '../api/types';
import { microUrl, nameOf } from '../gallery/tile';
import { Dialog } from '../interface/dialog';
import { Loading } from '../interface/message';
import { notify } from '../interface/notice';
import { t } from '../language';
import { trouble } from '../trouble';
import { addList, listsOf, newListId, setMember, setNote, useLists } from './lists';

const MAX_NOTE = 500;

export function ListSheet({ gallery, photo, onClose }: { gallery: string; photo: PhotoView; onClose: () => void }) {
  const { value, error } = useLists(gallery);
  const keeper = listsOf(gallery);
  const [name, setName] = useState('');
  const [note, write] = useState<string | null>(null);

  const close = () => {
    if (note !== null && note !== (value?.notes[photo.id] ?? '')) {
      void keeper.change(setNote(photo.id, note)).then(() => {
        const failed = keeper.state.get().error;
        notify(failed ? trouble(failed).title : t('lists.note.kept'));
      });
    }
    onClose();
  };
  const add = () => {
    if (name.trim() === '') return;
    void keeper.change(addList(newListId(), name.trim(), [photo.id]));
    setName('');
  };

  return (
    <Dialog title={t('lists.sheet')} onClose={close} class="small lists-sheet">
      {value ? (
        <div class="lists-body">
          <p class="lists-photo">
            <img src={photo.thumbnail?.url ?? microUrl(photo.micro)} alt="" />
            <span>{nameOf(photo)}</span>
          </p>
          <fieldset>
            <legend class="label">{t('lists.title')}</legend>
            {value.lists.map((list) => (
              <label key={list.id} class="lists-check">
                <input
                  type="checkbox"
                  checked={list.photos.includes(photo.id)}
                  onChange={(event) => void keeper.change(setMember(list.id, photo.id, event.currentTarget.checked))}
                />
                <span>{list.name}</span>
                <span class="hint">{t('gallery.pictures', { count: list.photos.length })}</span>
              </label>
            ))}
            <form
              class="lists-new"
              onSubmit={(event) => {
                event.preventDefault();
                add();
              }}
            >
              <input
                class="plain-field"
                type="text"
                maxLength={80}
                aria-label={t('lists.new')}
                placeholder={t('lists.new')}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
              <button type="submit" class="button quiet" aria-disabled={name.trim() === ''}>
                {t('lists.add')}
              </button>
            </form>
          </fieldset>
          <label class="lists-note">
            <span class="label">{t('lists.note')}</span>
            <textarea
              class="plain-field"
              rows={3}
              maxLength={MAX_NOTE}
              placeholder={t('lists.note.placeholder')}
              value={note ?? value.notes[photo.id] ?? ''}
              onInput={(event) => write(event.currentTarget.value)}
            />
          </label>
          {error != null && (
            <p class="refusal" role="alert">
              {trouble(error).title}
            </p>
          )}
          <button type="button" class="button wide" onClick={close}>
            {t('lists.done')}
          </button>
        </div>
      ) : error ? (
        <p class="refusal" role="alert">
          {trouble(error).title}
        </p>
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}
