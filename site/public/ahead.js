// Asks the host's first question before the site itself is here: a small file arrives a third of a second
// sooner on a slow line. `src/api/call.ts` takes the answers; whatever it does not take is forgotten.
(() => {
  // The site was faster: it came out of the browser's cache.
  if (globalThis.asked) return;
  const asked = {};
  const ask = (method, path, body) => {
    const text = body && JSON.stringify(body);
    const headers = { accept: 'application/json', ...(text ? { 'content-type': 'application/json' } : {}) };
    const answer = fetch(path, { method, credentials: 'same-origin', headers, ...(text ? { body: text } : {}) });
    asked[`${method} ${path} ${text ?? ''}`] = answer;
    return answer.then((response) => response.clone().json()).catch(() => undefined);
  };
  // The cover is the largest thing on the first screen: its picture is fetched as soon as it is known, with
  // the same choice of sizes as `src/gallery/cover.tsx`.
  const fetchCover = (view, page) => {
    const across = (p) => p.proof && p.width > p.height * 1.2 && p.width < p.height * 2.4;
    const cover = view?.look?.cover ?? page?.photos?.find(across) ?? page?.photos?.[0];
    const pictures = [cover?.thumbnail, cover?.proof].filter(Boolean);
    if (pictures.length === 0) return;
    const image = new Image();
    image.fetchPriority = 'high';
    image.sizes = '(min-width: 900px) 60vw, 100vw';
    image.srcset = pictures.map((i) => `${i.url} ${i.width}w`).join(', ');
    asked.cover = image;
  };
  // A listing's addresses get the visitor's tokens, as in `src/api/gallery.ts`.
  const own = ({ photos, tokens }) => {
    let at = 0;
    const whole = (image) => image && { ...image, url: `${image.url}?t=${tokens[at++]}` };
    return { photos: photos.map((p) => ({ ...p, thumbnail: whole(p.thumbnail), proof: whole(p.proof) })) };
  };
  // A code in the fragment, as `src/access_code.ts` reads it; a link of another device is the site's business.
  let typed = '';
  try {
    typed = decodeURIComponent(location.hash.slice(1));
  } catch {
    // Not a code.
  }
  const code = typed.normalize('NFKC').replace(/[\s\-._\u2010-\u2015\u2212]/gu, '').toUpperCase()
    .replace(/O/g, '0').replace(/[IL]/g, '1').replace(/U/g, 'V');
  if (location.pathname === '/' && /^[0-9A-HJKMNP-TV-Z]{12}$/.test(code)) {
    ask('POST', '/api/gallery/open', { code: code.replace(/(.{4})(?=.)/g, '$1-'), first: 24 }).then((said) => fetchCover(said?.first?.view, said?.first?.page));
  }
  const gallery = /^\/g\/([\w]+)\/?$/.exec(location.pathname)?.[1];
  if (gallery && location.search === '') {
    Promise.all([ask('GET', `/api/gallery/${gallery}`), ask('GET', `/api/gallery/${gallery}/photos?limit=24`)])
      .then(([view, page]) => view && page?.photos && fetchCover(view, own(page)));
  }
  globalThis.asked = asked;
})();
