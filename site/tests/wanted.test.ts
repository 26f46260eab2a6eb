// A shared picture is where one arrives after the code, if the code opens its gallery.
import { expect, it } from 'vitest';
import { wantsToGo, wayInto } from '../src/open/wanted';

it('leads to the wanted picture of the opened gallery, once', () => {
  wantsToGo('/g/gal_a/p/pho_b?section=x');
  expect(wayInto('gal_a')).toBe('/g/gal_a/p/pho_b?section=x');
  expect(wayInto('gal_a')).toBe('/g/gal_a');
});

it('leads nowhere else', () => {
  wantsToGo('/g/gal_ab/p/pho_b');
  expect(wayInto('gal_a')).toBe('/g/gal_a');
  wantsToGo('/order/secret');
  expect(wayInto('gal_a')).toBe('/g/gal_a');
});
