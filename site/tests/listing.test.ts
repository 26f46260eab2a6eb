// What the host says of a listing in two parts, joined.
import { describe, expect, it } from 'vitest';
import { whole } from '../src/api/gallery';
import type { PhotoListing, PhotoView } from '../src/api/types';

const image = (name: string) => ({ url: `/img/${name}`, width: 3, height: 2 });
const photo = (id: string, more: Partial<PhotoView>): PhotoView => ({
  id, version: '', width: 3, height: 2, file_name: `${id}.jpg`, favourite: false, micro: '', ...more,
});

describe('a listing', () => {
  it('gets the visitor’s tokens in the order of its images, whichever there are', () => {
    const listing: PhotoListing = {
      photos: [photo('a', { thumbnail: image('ta'), proof: image('pa') }), photo('b', { thumbnail: image('tb') }), photo('c', { proof: image('pc') })],
      tokens: ['1', '2', '3', '4'],
      favourites: [1],
      total: 7,
      next: 'more',
    };
    const page = whole(listing);
    const urls = page.photos.flatMap((p) => [p.thumbnail?.url, p.proof?.url]);
    expect(urls).toEqual(['/img/ta?t=1', '/img/pa?t=2', '/img/tb?t=3', undefined, undefined, '/img/pc?t=4']);
    expect(page.photos.map((p) => p.favourite)).toEqual([false, true, false]);
    expect([page.total, page.next]).toEqual([7, 'more']);
  });
});
