// The customers' routes of gallery-api (`wire::route`).
import { call } from './call';
import type { Cart, CartLine, GalleryView, Opened, PhotoPage, PhotoQuery, PhotoView, Products } from './types';

const of = (gallery: string) => `/api/gallery/${encodeURIComponent(gallery)}`;

/** `visitor` is who this browser was before its cookie ran out, so that hearts and cart come back. */
export const openGallery = (code: string, visitor: string | null) =>
  call<Opened>('POST', '/api/gallery/open', {
    body: visitor === null ? { code } : { code, visitor },
    reopen: false,
    repeats: 2,
  });

export const readSession = (reopen = true) => call<Opened>('GET', '/api/gallery/session', { reopen });
export const endSession = () => call<void>('DELETE', '/api/gallery/session', { reopen: false });
export const readGallery = (gallery: string) => call<GalleryView>('GET', of(gallery));

export function readPhotos(
  gallery: string,
  query: PhotoQuery & { cursor?: string; limit?: number },
  signal?: AbortSignal,
): Promise<PhotoPage> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '' && value !== false) params.set(name, String(value));
  }
  return call('GET', `${of(gallery)}/photos?${params}`, signal ? { signal } : {});
}

export const readPhoto = (gallery: string, photo: string) =>
  call<PhotoView>('GET', `${of(gallery)}/photos/${encodeURIComponent(photo)}`);

export const setFavourite = (gallery: string, photo: string, favourite: boolean) =>
  call<void>(favourite ? 'PUT' : 'DELETE', `${of(gallery)}/favourites/${encodeURIComponent(photo)}`);

export const readProducts = (gallery: string) => call<Products>('GET', `${of(gallery)}/products`);
export const readCart = (gallery: string) => call<Cart>('GET', `${of(gallery)}/cart`);
export const putCart = (gallery: string, lines: CartLine[], revision: number) =>
  call<Cart>('PUT', `${of(gallery)}/cart`, { body: { lines, revision } });
