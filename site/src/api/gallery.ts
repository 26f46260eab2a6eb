// The customers' routes of gallery-api (`wire::route`).
import { call } from './call';
import type {
  Cart,
  CartLine,
  DeviceLink,
  FavouriteLists,
  GalleryView,
  ImageRef,
  News,
  Opened,
  PhotoListing,
  PhotoPage,
  PhotoView,
  Products,
  SubmitList,
  operations,
} from './types';

/** What may be asked for of a listing; which page is the listing's own business. */
export type PhotoQuery = Omit<NonNullable<operations['list_photos']['parameters']['query']>, 'cursor' | 'limit'>;

const of = (gallery: string) => `/api/gallery/${encodeURIComponent(gallery)}`;

/** Pictures of the first answer: what a first screen shows. The same number stands in `public/ahead.js`. */
export const FIRST_PAGE = 24;

/** Who this browser was before, its cookie tells. With `first`, the answer brings the first screen along. */
export const openGallery = (code: string, first = false) =>
  call<Opened>('POST', '/api/gallery/open', { body: first ? { code, first: FIRST_PAGE } : { code }, reopen: false, repeats: 2 });

/** A link from another device, with the code where it no longer opens by itself. */
export const openLink = (link: string, code: string | null, merge: boolean) =>
  call<Opened>('POST', '/api/gallery/open-link', { body: { link, code, merge }, reopen: false, repeats: 2 });
export const askToBeTold = (code: string, email: string) =>
  call<void>('POST', '/api/gallery/waiting', { body: { code, email }, reopen: false, repeats: 2 });

export const readSession = (reopen = true) => call<Opened>('GET', '/api/gallery/session', { reopen });
export const endSession = () => call<void>('DELETE', '/api/gallery/session', { reopen: false });
export const readGallery = (gallery: string) => call<GalleryView>('GET', of(gallery));

/** Waits on a host that can; nothing when nothing is new. Silence is no news: the caller asks again. */
export const readNews = (gallery: string, known: string | null, signal: AbortSignal) =>
  call<News | undefined>('GET', `${of(gallery)}/news${known === null ? '' : `?known=${encodeURIComponent(known)}`}`, {
    signal,
    repeats: 0,
    timeoutMs: 40_000,
  });

/** What everybody gets, joined with what is this visitor's own. `public/ahead.js` does the same for the cover. */
export function whole({ photos, tokens, favourites, total, next }: PhotoListing): PhotoPage {
  const hearts = new Set(favourites);
  let at = 0;
  const own = (image: ImageRef | null | undefined) => (image ? { ...image, url: `${image.url}?t=${tokens[at++]}` } : null);
  return {
    photos: photos.map((p, i) => ({ ...p, favourite: hearts.has(i), thumbnail: own(p.thumbnail), proof: own(p.proof) })),
    total,
    next: next ?? null,
  };
}

export async function readPhotos(
  gallery: string,
  query: PhotoQuery & { cursor?: string; limit?: number },
  signal?: AbortSignal,
): Promise<PhotoPage> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '' && value !== false) params.set(name, String(value));
  }
  return whole(await call<PhotoListing>('GET', `${of(gallery)}/photos?${params}`, signal ? { signal } : {}));
}

export const readPhoto = (gallery: string, photo: string) =>
  call<PhotoView>('GET', `${of(gallery)}/photos/${encodeURIComponent(photo)}`);

export const setFavourite = (gallery: string, photo: string, favourite: boolean) =>
  call<void>(favourite ? 'PUT' : 'DELETE', `${of(gallery)}/favourites/${encodeURIComponent(photo)}`);

export const readProducts = (gallery: string) => call<Products>('GET', `${of(gallery)}/products`);
export const readCart = (gallery: string) => call<Cart>('GET', `${of(gallery)}/cart`);
export const putCart = (gallery: string, lines: CartLine[], revision: number) =>
  call<Cart>('PUT', `${of(gallery)}/cart`, { body: { lines, revision } });

export const makeLink = (gallery: string) => call<DeviceLink>('POST', `${of(gallery)}/link`, { body: {}, repeats: 2 });
export const readLists = (gallery: string) => call<FavouriteLists>('GET', `${of(gallery)}/lists`);
export const putLists = (gallery: string, { lists, notes, revision }: FavouriteLists) =>
  call<FavouriteLists>('PUT', `${of(gallery)}/lists`, { body: { lists, notes, revision } });
/** Sending the same list again replaces it, so repeats are safe. */
export const submitList = (gallery: string, list: string, body: SubmitList) =>
  call<FavouriteLists>('POST', `${of(gallery)}/lists/${encodeURIComponent(list)}/submit`, { body, repeats: 2 });
