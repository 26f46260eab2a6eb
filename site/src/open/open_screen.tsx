// The door: a forgiving code field, codes in links, and the galleries this browser has open.
import { useEffect, useRef, useState } from 'preact/hooks';
import { codeInFragment, linkIn, readCode } from '../access_code';
import type { OpenedGallery } from '../api/types';
import { remembered } from '../device';
import { Confirm } from '../interface/dialog';
import { lazy } from '../interface/lazy';
import { notify } from '../interface/notice';
import { t } from '../language';
import { go, replace } from '../router';
import { open, openByLink, session } from '../session';
import { trouble, type Trouble } from '../trouble';
import { wayInto } from './wanted';

const Waiting = lazy(async () => (await import('./waiting')).Waiting);

interface Refusal {
  title: string;
  hint: string;
  kind?: Trouble['kind'];
}

export function OpenScreen() {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [galleries, setGalleries] = useState<OpenedGallery[]>([]);
  const field = useRef<HTMLInputElement>(null);
  /** A link from another device that waits for its code, or for a yes. */
  const [link, setLink] = useState<string | null>(null);
  const [merging, setMerging] = useState(false);

  const enter = async (typed: string, fromLink: boolean) => {
    const read = readCode(typed);
    if (!read.ok) {
      setRefusal(mistyped(read));
      field.current?.focus();
      return;
    }
    setText(read.code);
    await attempt(() => (link === null ? open(read.code) : openByLink(link, read.code, false)), fromLink);
  };

  const attempt = async (opening: () => Promise<string>, fromLink: boolean) => {
    setBusy(true);
    setRefusal(null);
    try {
      const gallery = await opening();
      if (link !== null) notify(t('link.here'));
      (fromLink ? replace : go)(wayInto(gallery));
    } catch (error) {
      const said = trouble(error);
      setBusy(false);
      if (said.kind === 'merge') return setMerging(true);
      setRefusal(said);
      requestAnimationFrame(() => field.current?.focus());
    }
  };

  const follow = (given: string, merge: boolean) => {
    setLink(given);
    const code = readCode(text);
    void attempt(async () => {
      const gallery = await openByLink(given, merge && code.ok ? code.code : null, merge);
      notify(t('link.here'));
      return gallery;
    }, true);
  };

  useEffect(() => {
    document.title = t('open.title');
    const arrive = () => {
      const code = codeInFragment(location.hash);
      if (code === null) return false;
      // Out of the address bar and the history at once: codes are secrets.
      history.replaceState(history.state, '', '/');
      const given = linkIn(code);
      if (given !== null) {
        follow(given, false);
        return true;
      }
      setText(code);
      void enter(code, true);
      return true;
    };
    addEventListener('hashchange', arrive);
    if (!arrive() && remembered().codes.length > 0) {
      session().then((opened) => setGalleries(opened.galleries), () => undefined);
    }
    return () => removeEventListener('hashchange', arrive);
  }, []);

  // The code is right; only the time is wrong. That is news, not a mistake.
  const calm = refusal && ['draft', 'closed', 'link'].includes(refusal.kind ?? '') ? refusal : null;
  return (
    <main class="door">
      <section class="door-card">
        <p class="door-mark" aria-hidden="true" />
        <div role="status">
          <h1>{calm ? calm.title : t('open.title')}</h1>
          <p class="lead">{calm ? calm.hint : t('open.lead')}</p>
        </div>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void enter(text, false);
          }}
        >
          <label for="code">{t('open.label')}</label>
          <input
            id="code"
            ref={field}
            class="code-field"
            type="text"
            inputMode="text"
            autocomplete="off"
            autocapitalize="characters"
            autocorrect="off"
            spellcheck={false}
            placeholder="XXXX-XXXX-XXXX"
            value={text}
            aria-invalid={refusal !== null && !calm}
            aria-describedby="code-help code-refusal"
            onInput={(event) => {
              setText(event.currentTarget.value);
              setRefusal(null);
            }}
          />
          <p id="code-help" class="hint">
            {t('open.forgiving')}
          </p>
          <div id="code-refusal" role="alert">
            {refusal && !calm && (
              <div class="refusal">
                <strong>{refusal.title}</strong>
                {refusal.hint && <span>{refusal.hint}</span>}
              </div>
            )}
          </div>
          <button type="submit" class="button wide" aria-disabled={busy}>
            {busy ? t('open.opening') : calm?.kind === 'draft' ? t('open.look_again') : t('open.submit')}
          </button>
        </form>
        {calm?.kind === 'draft' && <Waiting code={text} />}
        {galleries.length > 0 && (
          <nav class="door-galleries" aria-label={t('open.yours')}>
            <h2>{t('open.yours')}</h2>
            <ul>
              {galleries.map((g) => (
                <li key={g.gallery}>
                  <a href={`/g/${g.gallery}`}>
                    <span class="door-gallery">{g.name}</span>
                    <span class="hint">{g.studio_name}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <p class="centre hint">
          <a class="link" href="/find">
            {t('open.find')}
          </a>
        </p>
      </section>
      {merging && link !== null && (
        <Confirm
          title={t('link.merge')}
          text={t('link.merge.text')}
          yes={t('link.merge.yes')}
          no={t('app.cancel')}
          calm
          onNo={() => {
            setMerging(false);
            setLink(null);
          }}
          onYes={() => {
            setMerging(false);
            follow(link, true);
          }}
        />
      )}
    </main>
  );
}

function mistyped(read: Exclude<ReturnType<typeof readCode>, { ok: true }>): Refusal {
  switch (read.why) {
    case 'empty':
      return { title: t('open.empty'), hint: '' };
    case 'short':
      return { title: t('open.short', { count: read.count }), hint: '' };
    case 'long':
      return { title: t('open.long', { count: read.count }), hint: '' };
    case 'character':
      return { title: t('open.character', { character: read.character ?? '' }), hint: '' };
  }
}
