// Named favourite lists and notes on photos: kept on the host, changed here first.
import { useEffect } from 'preact/hooks';
import { putLists, readLists } from '../api/gallery';
import type { FavouriteLists } from '../api/types';
import { forgetListings } from '../gallery/listing';
import { Keeper, type Change, type Kept } from '../keeper';
import { lineId } from '../shop/cart';
import { useStore } from '../store';

/** The hearts, as a list that can be given to the studio (`wire::lists::HEARTS`). */
export const HEARTS = 'favourites';

const keepers = new Map<string, Keeper<FavouriteLists>>();

export function listsOf(gallery: string): Keeper<FavouriteLists> {
  let keeper = keepers.get(gallery);
  if (!keeper) {
    keeper = new Keeper<FavouriteLists>(
      () => readLists(gallery),
      async (lists) => {
        const kept = await putLists(gallery, lists);
        // The host selects what a list shows, so what was shown before is out of date.
        forgetListings(gallery, (query) => query.list !== undefined);
        return kept;
      },
      'lists_changed',
    );
    keepers.set(gallery, keeper);
    addEventListener('online', () => void listsOf(gallery).retry());
  }
  return keeper;
}

export function useLists(gallery: string): Kept<FavouriteLists> {
  const keeper = listsOf(gallery);
  useEffect(() => void keeper.load(), [keeper]);
  return useStore(keeper.state);
}

type ListChange = Change<FavouriteLists>;

export const newListId = (): string => lineId();

/** Making the same list again, on what another window left, changes nothing. */
export const addList = (id: string, name: string, photos: string[] = []): ListChange => (kept) =>
  kept.lists.some((l) => l.id === id) ? kept : { ...kept, lists: [...kept.lists, { id, name, photos }] };

export const removeList = (id: string): ListChange => (kept) => ({ ...kept, lists: kept.lists.filter((l) => l.id !== id) });

export const renameList = (id: string, name: string): ListChange => (kept) => ({
  ...kept,
  lists: kept.lists.map((l) => (l.id === id ? { ...l, name } : l)),
});

export const setMember = (id: string, photo: string, member: boolean): ListChange => (kept) => ({
  ...kept,
  lists: kept.lists.map((l) => {
    if (l.id !== id) return l;
    const others = l.photos.filter((p) => p !== photo);
    if (!member) return { ...l, photos: others };
    return l.photos.includes(photo) ? l : { ...l, photos: [...l.photos, photo] };
  }),
});

export const setNote = (photo: string, note: string): ListChange => (kept) => {
  const { [photo]: _, ...others } = kept.notes;
  return { ...kept, notes: note.trim() === '' ? others : { ...others, [photo]: note } };
};
