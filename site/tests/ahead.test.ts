// `public/ahead.js` asks what the site would ask itself: the same questions, to the letter.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { readCode } from '../src/access_code';
import { FIRST_PAGE } from '../src/api/gallery';

const program = readFileSync(new URL('../public/ahead.js', import.meta.url), 'utf8');

/** The questions it asks at an address, as `src/api/call.ts` looks for them. */
function asks(pathname: string, hash = '', search = '', asked?: object): string[] {
  const fetched: string[] = [];
  const fetch = async (path: string) => void fetched.push(path);
  // No answer at all: nothing may come of it but silence.
  const context: Record<string, unknown> = { location: { pathname, hash, search }, fetch, ...(asked ? { asked } : {}) };
  runInNewContext(program, context);
  const questions = Object.keys(context['asked'] as object);
  expect(fetched).toHaveLength(questions.length);
  return questions;
}

/** What it fetches as the cover, of these answers. */
async function covers(view: object, photos: object[] | 'refused'): Promise<Record<string, string> | undefined> {
  const refusal = { code: 'no_session', message: 'Please enter your access code again.' };
  const listing = photos === 'refused' ? refusal : { photos, tokens: photos.flatMap((_, i) => [`t${i}`, `p${i}`]) };
  const answers: Record<string, object> = { '/api/gallery/gal_a': view, [`/api/gallery/gal_a/photos?limit=${FIRST_PAGE}`]: listing };
  const fetch = async (path: string) => ({ clone: () => ({ json: async () => answers[path] }) });
  const context: Record<string, unknown> = { location: { pathname: '/g/gal_a', hash: '', search: '' }, fetch, Image: class {} };
  runInNewContext(program, context);
  await new Promise((done) => setTimeout(done, 20));
  return (context['asked'] as Record<string, Record<string, string>>)['cover'];
}

describe('the cover asked ahead', () => {
  const photo = (name: string, width: number, height: number) => ({ width, height, thumbnail: { url: `/t/${name}`, width: 400 }, proof: { url: `/p/${name}`, width: 2048 } });
  it('is the studio’s choice, else the first that lies across', async () => {
    const photos = [photo('up', 2, 3), photo('wide', 9, 3), photo('across', 3, 2)];
    expect((await covers({ look: {} }, photos))?.['srcset']).toBe('/t/across?t=t2 400w, /p/across?t=p2 2048w');
    expect((await covers({ look: { cover: photo('own', 2, 3) } }, photos))?.['srcset']).toBe('/t/own 400w, /p/own 2048w');
    expect((await covers({ look: {} }, [photo('up', 2, 3)]))?.['srcset']).toBe('/t/up?t=t0 400w, /p/up?t=p0 2048w');
    expect(await covers({ look: {} }, [])).toBeUndefined();
  });
  it('is none where the host refuses, and nothing breaks', async () => {
    expect(await covers({ code: 'no_session', message: '' }, 'refused')).toBeUndefined();
    expect(await covers({ look: {} }, 'refused')).toBeUndefined();
  });
  it('has the sizes that the page asks with', () => {
    const page = readFileSync(new URL('../src/gallery/cover.tsx', import.meta.url), 'utf8');
    expect(program).toContain("'(min-width: 900px) 60vw, 100vw'");
    expect(page).toContain('sizes="(min-width: 900px) 60vw, 100vw"');
  });
});

describe('what is asked ahead', () => {
  it.each(['K7QM-2F9X-TB4D', 'k7qm2f9xtb4d', 'k7qm 2f9x\u2013tb4d', 'OIL0-UUUU-0001', '%20k7qm.2f9x_tb4d'])('opens by %s', (typed) => {
    const read = readCode(decodeURIComponent(typed));
    if (!read.ok) throw new Error(typed);
    const body = JSON.stringify({ code: read.code, first: FIRST_PAGE });
    expect(asks('/', `#${typed}`)).toEqual([`POST /api/gallery/open ${body}`]);
  });

  it.each(['', '#', '#K7QM-2F9X', '#K7QM-2F9X-TB4D-AAAA', '#d.bW9jaw', '#%E0%A4%A', '#K7QM-2F9X-TB4!'])('sends no guess for %s', (hash) => {
    expect(asks('/', hash)).toEqual([]);
  });

  it('asks for a gallery and its first page, and for nothing where a filter is set', () => {
    expect(asks('/g/gal_a')).toEqual(['GET /api/gallery/gal_a ', `GET /api/gallery/gal_a/photos?limit=${FIRST_PAGE} `]);
    expect(asks('/g/gal_a', '', '?favourites=true')).toEqual([]);
    expect(asks('/g/gal_a/cart')).toEqual([]);
    expect(asks('/order/abc')).toEqual([]);
  });

  it('leaves it to the site when that was faster', () => {
    expect(asks('/g/gal_a', '', '', {})).toEqual([]);
  });
});
