// Addresses of the site.
import { describe, expect, it } from 'vitest';
import { readQuery, writeQuery } from '../src/gallery/listing';
import { readRoute } from '../src/router';

describe('readRoute', () => {
  it.each([
    ['/', { screen: 'open' }],
    ['/open', { screen: 'open' }],
    ['/g/gal_x', { screen: 'gallery', gallery: 'gal_x', photo: null }],
    ['/g/gal_x/', { screen: 'gallery', gallery: 'gal_x', photo: null }],
    ['/g/gal_x/p/pho_y', { screen: 'gallery', gallery: 'gal_x', photo: 'pho_y' }],
    ['/g/gal_x/cart', { screen: 'cart', gallery: 'gal_x' }],
    ['/g/gal_x/checkout', { screen: 'checkout', gallery: 'gal_x' }],
    ['/order/abc', { screen: 'order', secret: 'abc' }],
    ['/order', { screen: 'missing' }],
    ['/g/gal_x/nothing', { screen: 'missing' }],
    ['/g/%E0%A4%A', { screen: 'gallery', gallery: '%E0%A4%A', photo: null }],
  ])('%s', (path, route) => expect(readRoute(path)).toEqual(route));
});

describe('the query in the address', () => {
  it('comes back as it was written', () => {
    const query = { q: 'a&b=c', section: 'Café', favourites: true };
    expect(readQuery(writeQuery(query))).toEqual(query);
    expect(writeQuery({})).toBe('');
    expect(readQuery('?favourites=1&unknown=x&q=')).toEqual({});
  });
});
